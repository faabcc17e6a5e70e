import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, type Page, test } from "@playwright/test";
import type { AxeResults } from "axe-core";
import { namespaceOf } from "../lib/sandbox/seed/customers";
import { startMirrorPlan, startPlan, untilOver } from "./support/api";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let addresses: string[] = [];

test.beforeAll(async ({ request }) => {
  const { run, plan } = await startPlan(request, { all: true });
  await untilOver(request, run.id);
  const edited = namespaceOf({ package: "@biomejs/biome", migrated: "edited" });
  const mirror = await startMirrorPlan(request, [edited]);
  await untilOver(request, mirror.run.id);
  const changes = await (await request.get(`/api/v1/plans/${mirror.plan.id}/changes?kind=update&limit=1`)).json();
  const record = String(changes.changes[0].id);
  addresses = [
    "/mirror",
    `/plans/${mirror.plan.id}?tab=update`,
    `/plans/${mirror.plan.id}?tab=orphan`,
    `/plans/${mirror.plan.id}?tab=update&record=${encodeURIComponent(record)}&in=${edited}`,
    "/",
    `/reembed?all=true&plan=${plan.id}`,
    "/runs",
    `/runs/${run.id}`,
    `/runs/${run.id}?tab=findings`,
    `/runs/${run.id}?tab=log`,
    `/runs/${run.id}?tab=about`,
    "/namespaces",
    "/namespaces?search=customer",
    "/configuration",
    "/nowhere",
  ];
});

/** Open, with its data: no skeleton left, nothing busy. */
async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await expect(page.locator("h1")).toBeVisible();
  await expect(page.locator("[aria-busy=true], main .animate-appear")).toHaveCount(0);
}

declare global {
  interface Window {
    axe: { run(options: object): Promise<AxeResults> };
  }
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`every page passes axe in ${colorScheme} colours`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const address of addresses) {
      await open(page, address);
      await page.evaluate(axeSource);
      const { violations } = await page.evaluate(() =>
        window.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
      );
      const found = violations.map(
        ({ id, nodes }) =>
          `${id}: ${nodes
            .map(({ html }) => html)
            .slice(0, 3)
            .join(" ")}`,
      );
      expect(found, `${address} in ${colorScheme}`).toEqual([]);
    }
  });
}

test("no page scrolls sideways on a phone", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const address of addresses) {
    await open(page, address);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(over, address).toBe(0);
  }
});

test("a phone has its places at the bottom and the palette at the top", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Runs" }).click();
  await expect(page).toHaveURL(/\/runs$/);
  await page.getByRole("button", { name: "Search or run" }).click();
  await expect(page.getByPlaceholder("A page, an action, or a namespace ID")).toBeFocused();
});

test("nothing moves for those who asked for stillness", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto("/");
  const moving = await page.evaluate(
    () =>
      [...document.querySelectorAll("*")].filter(
        (each) => Number.parseFloat(getComputedStyle(each).transitionDuration) > 0,
      ).length,
  );
  expect(moving).toBe(0);
});

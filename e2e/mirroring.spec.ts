import type { APIRequestContext, Page } from "@playwright/test";
import { planSchema } from "../lib/shapes/plans/plan";
import { namespaceOf } from "../sandbox/seed/customers";
import { limits } from "../scripts/test/limits.mjs";
import { startMirrorPlan, untilOver } from "./support/api";
import { expect, test } from "./support/test";

/** Customers edited this one's documents after they had been migrated. */
const edited = namespaceOf({ package: "lmdb", migrated: "edited" });

test.describe.configure({ mode: "serial" });

/** Makes a mirroring's plan over HTTP and waits for it. */
async function analyse(request: APIRequestContext, namespace: string) {
  const { plan, run } = await startMirrorPlan(request, [namespace]);
  await untilOver(request, run.id);
  return planSchema.parse(await (await request.get(`/api/v1/plans/${plan.id}`)).json());
}

const rowsOf = (page: Page) => page.getByRole("grid", { name: "Updated records" }).locator("tbody tr[data-row]");
const numberIn = (text: string | null) => Number(/[\d,]+/.exec(text ?? "")?.[0].replaceAll(",", ""));

test("differences are analysed, filtered, opened, excluded, approved and applied; analysed again, just the excluded remain", async ({
  page,
}) => {
  await page.goto("/");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Mirroring" }).click();
  await page.getByRole("searchbox", { name: "Search, or paste a namespace ID" }).fill(edited);
  await page.getByRole("checkbox", { name: `Mirror ${edited}` }).check();
  await page.getByRole("button", { name: "Analyse differences" }).click();
  await expect(page).toHaveURL(/\/plans\//);
  await expect(page.getByText(/Portage will (create|update)/)).toBeVisible({ timeout: limits.runSeen });
  await expect(page.getByText("Nothing will be deleted.")).toBeVisible();

  await page.getByRole("tab", { name: /^Updated/ }).click();
  const facet = page.getByRole("button", { name: /changed: title/ });
  const titles = numberIn(await facet.locator(".figures").textContent());
  expect(titles).toBeGreaterThan(2);
  await facet.click();
  await expect(page).toHaveURL(/key=title/);
  await expect(page.getByText(`${titles} records match`)).toBeVisible();
  await page.reload();
  await expect(facet).toHaveAttribute("aria-pressed", "true");
  await expect(rowsOf(page).first()).toContainText("~title");

  const record = await rowsOf(page).first().locator("[title]").first().getAttribute("title");
  await rowsOf(page).first().click();
  const sheet = page.getByRole("dialog");
  await expect(sheet).toContainText(record ?? "");
  await expect(sheet.getByRole("row", { name: /title.*changed/ }).locator("del")).toHaveText(/\(draft\)/);
  await expect(sheet.getByText("kept from target")).toHaveCount(
    await sheet.getByText("clearance_level", { exact: true }).count(),
  );
  await page.keyboard.press("j");
  await expect(sheet).not.toContainText(record ?? "");
  await page.keyboard.press("k");
  await expect(sheet).toContainText(record ?? "");
  await page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();

  const boxes = rowsOf(page).getByRole("checkbox");
  await boxes.nth(0).check();
  await boxes.nth(1).check();
  await page.getByRole("button", { name: "Exclude 2 chosen" }).click();
  await expect(page.getByText("2 changes excluded.")).toBeVisible();
  await page.getByRole("button", { name: "Approve plan" }).click();
  await expect(page.getByRole("status").filter({ hasText: /^Approved$/ })).toBeVisible();
  await expect(page.getByRole("button", { name: /^Exclude/ })).toHaveCount(0);
  await page.getByRole("button", { name: /^(Create|Update) .*records/ }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^(Create|Update) .*records/ })
    .click();

  await expect(page).toHaveURL(/\/runs\/run-/);
  await expect(page.getByRole("heading", { level: 1, name: "Mirroring" })).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: "Succeeded" })).toBeVisible({ timeout: limits.runSeen });
  await page.getByRole("link", { name: "reviewed plan" }).click();
  await expect(page.getByRole("status").filter({ hasText: /^Applied$/ })).toBeVisible();

  await page.getByRole("button", { name: "Analyse again" }).click();
  await expect(page.getByText("Portage will update 2 records")).toBeVisible({ timeout: limits.runSeen });
  await expect(rowsOf(page)).toHaveCount(2);
});

test("a namespace without differences says so in words, and offers nothing to approve", async ({ page, request }) => {
  const same = namespaceOf({ package: "playwright-core", migrated: "with-orphans" });
  const plan = await analyse(request, same);
  expect(plan.counts.create + plan.counts.update).toBe(0);
  await page.goto(`/plans/${plan.id}`);
  await expect(page.getByText(/No differences in namespace/)).toBeVisible();
  await expect(page.getByText(/only in the target and will be kept/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Approve plan" })).toHaveCount(0);
  await page.getByRole("tab", { name: /Only in target/ }).click();
  await page.getByRole("grid", { name: "Records only in the target" }).locator("tr[data-row]").first().click();
  await expect(page.getByRole("dialog")).toContainText("Only in the target: will be kept.");
});

test("all that match a filter are excluded and included at once, and two who approve are told apart", async ({
  page,
  request,
}) => {
  const plan = await analyse(request, namespaceOf({ package: "@biomejs/biome", migrated: "edited" }));
  await page.goto(`/plans/${plan.id}?tab=update&key=tags&sign=~`);
  const matching = numberIn(await page.getByText(/records match/).textContent());
  await page.getByRole("button", { name: "Exclude all that match" }).click();
  await expect(page.getByText(`${matching} changes excluded.`)).toBeVisible();
  await expect(rowsOf(page).first()).toContainText("excluded");
  await page.getByRole("button", { name: "Include all that match" }).click();
  await expect(page.getByText("changes excluded.")).toHaveCount(0);

  await expect(page.getByRole("button", { name: "Approve plan" })).toBeVisible();
  const other = await request.post(`/api/v1/plans/${plan.id}/approve`, { data: {} });
  expect(other.ok()).toBe(true);
  await page.getByRole("button", { name: "Approve plan" }).click();
  await expect(page.getByText(/^Not done: .* was approved by .* already/)).toBeVisible();
});

test("a plan's export holds what the filters show", async ({ page, request }) => {
  const plan = await analyse(request, namespaceOf({ package: "@biomejs/biome", migrated: "edited" }));
  await page.goto(`/plans/${plan.id}?tab=update&text=changed`);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export these as JSONL" }).click();
  let text = "";
  for await (const part of await (await download).createReadStream()) text += String(part);
  expect(text.trim().split("\n")).toHaveLength(plan.updates.textChanged);
});

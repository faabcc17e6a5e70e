import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, type Page } from "@playwright/test";
import type { AxeResults } from "axe-core";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

declare global {
  interface Window {
    axe: { run(options: object): Promise<AxeResults> };
  }
}

/** Open, with its data: no skeleton left, nothing busy. */
export async function openWhole(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await expect(page.locator("h1")).toBeVisible();
  await expect(page.locator("[aria-busy=true], main .animate-appear")).toHaveCount(0);
}

const everyRule = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** The rules that look at colours: a page is the same in light and dark but for those, which CSS alone changes. */
const ofColours = { type: "rule", values: ["color-contrast", "link-in-text-block"] };

async function violationsBy(page: Page, runOnly: object): Promise<string[]> {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate((rules) => window.axe.run({ runOnly: rules }), runOnly);
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .map(({ html }) => html)
        .slice(0, 3)
        .join(" ")}`,
  );
}

/** What axe finds against WCAG 2.2 AA and its own best practices on the page as it is now, each with up to three elements. */
export function violationsOf(page: Page): Promise<string[]> {
  return violationsBy(page, everyRule);
}

/** The same in light colours, and then in dark ones. */
export async function violationsInBothColours(page: Page): Promise<string[]> {
  await page.emulateMedia({ colorScheme: "light" });
  const light = await violationsOf(page);
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await violationsBy(page, ofColours);
  return [...light, ...dark.map((found) => `in dark colours, ${found}`)];
}

/** Pixels by which the page is wider than its window. */
export async function overflowOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Pixels that can be scrolled to below everything that is to be seen. */
export async function emptyBelow(page: Page): Promise<number> {
  return page.evaluate(() => {
    const seen = [...document.body.querySelectorAll("*")]
      .map((each) => each.getBoundingClientRect())
      .filter(({ width, height }) => width > 1 && height > 1);
    const end = Math.max(...seen.map(({ bottom }) => bottom + window.scrollY), window.innerHeight);
    // Heights of documents are whole pixels, rounded up; what is hidden from the eye is a pixel high.
    return Math.max(0, Math.ceil(document.documentElement.scrollHeight - end) - 1);
  });
}

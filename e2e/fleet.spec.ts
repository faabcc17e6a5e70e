import type { Page } from "@playwright/test";
import { namespaceOf } from "../sandbox/seed/customers";
import { startMirrorPlan, untilOver } from "./support/api";
import { openWhole, overflowOf } from "./support/axe";
import { expect, test } from "./support/test";

/** Customers edited this one's documents after they had been migrated. */
const edited = namespaceOf({ package: "@biomejs/biome", migrated: "edited" });
const scheduled = namespaceOf({ package: "commander", migrated: "not" });

let complaints: string[] = [];

test.beforeAll(async ({ request }) => {
  for (const _ of ["a look", "a second one, for a line"]) {
    const { run } = await startMirrorPlan(request, [edited]);
    await untilOver(request, run.id);
  }
});

test.beforeEach(({ page }) => {
  complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
});

test.afterEach(() => expect(complaints).toEqual([]));

const rowsOf = (page: Page) => page.getByRole("grid", { name: "Sync status" }).locator("tr[data-row]");

test("namespaces are searched, filtered by state and sorted, and the address keeps it", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Sync status" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Sync status" })).toBeVisible();
  await expect(rowsOf(page).filter({ hasText: "Needs review" })).not.toHaveCount(0);

  await page.getByRole("columnheader", { name: "Differences" }).getByRole("button").click();
  await expect(page).toHaveURL(/sort=out-of-sync/);
  await expect(page.getByRole("columnheader", { name: "Differences" })).toHaveAttribute("aria-sort", "descending");
  await expect(rowsOf(page).first()).toContainText(/[+~!]\d/);

  await page.getByRole("searchbox", { name: "Search namespaces" }).fill(edited);
  await expect(page.getByText("1 namespace matches.")).toBeVisible();
  await expect(rowsOf(page)).toHaveCount(1);
  await page.reload();
  await expect(rowsOf(page)).toHaveCount(1);
  await page.getByRole("button", { name: "Show all" }).click();
  await page
    .getByRole("group", { name: "Show namespaces by state" })
    .getByRole("button", { name: /Needs review/ })
    .click();
  await expect(page.getByText(/match(es)?: needs review/)).toBeVisible();
});

test("the differences over time are drawn, of all namespaces and of the one that is opened", async ({ page }) => {
  await page.goto("/fleet");
  const plot = page.getByRole("img", { name: /^Records out of sync over [\d,]+ analys[ei]s/ });
  await expect(plot).toBeVisible();
  await page.getByRole("searchbox", { name: "Search namespaces" }).fill(edited);
  await expect(rowsOf(page)).toHaveCount(1);
  await rowsOf(page).first().click();
  const sheet = page.getByRole("dialog");
  await expect(sheet).toContainText(edited);
  await expect(sheet.getByText("Records out of sync over time")).toBeVisible();
  await expect(sheet.getByRole("img", { name: /^Records out of sync over/ })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();
});

test("a schedule is set with a webhook, changed and removed", async ({ page }) => {
  await page.goto(`/fleet?namespace=${scheduled}`);
  await page.getByRole("dialog").getByRole("link", { name: "New schedule" }).click();
  const sheet = page.getByRole("dialog");
  await expect(sheet.getByLabel("Names", { exact: true })).toHaveValue(scheduled);
  await sheet.getByLabel("At (cron)").fill("nightly");
  await sheet.getByRole("button", { name: "Set schedule" }).click();
  await expect(sheet.getByText(/^Not a valid cron expression/)).toBeVisible();
  await sheet.getByLabel("At (cron)").fill("0 3 1 1 *");
  await sheet.getByLabel("Webhook").fill("http://127.0.0.1:9/hook?token=hidden");
  await sheet.getByRole("button", { name: "Set schedule" }).click();
  await expect(page.getByText("The schedule is set.")).toBeVisible();
  await expect(sheet.getByText("http://127.0.0.1:9/…")).toBeVisible();
  await expect(sheet.getByText("Nothing: every plan needs review")).toBeVisible();

  await sheet.getByRole("button", { name: "Change schedule" }).click();
  await sheet.getByLabel("New records").fill("25");
  await sheet.getByRole("button", { name: "Change schedule" }).click();
  await expect(sheet.getByText("Up to 25 creates")).toBeVisible();
  await expect(sheet.getByText("http://127.0.0.1:9/…")).toBeVisible();

  await sheet.getByRole("button", { name: "Remove schedule" }).click();
  await page
    .getByRole("dialog", { name: "Remove this schedule?" })
    .getByRole("button", { name: "Remove schedule" })
    .click();
  await expect(page.getByText("The schedule is removed.")).toBeVisible();
  await expect(page.getByText(scheduled.slice(-8))).toHaveCount(0);
});

test("the page and its sheets fit a phone", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const address of ["/fleet", "/fleet?tab=schedules", `/fleet?namespace=${edited}`]) {
    await openWhole(page, address);
    expect(await overflowOf(page), address).toBe(0);
  }
  await page.goto("/fleet?tab=schedules&schedule=new");
  const close = page.getByRole("dialog").getByRole("button", { name: "Close" });
  expect((await close.boundingBox())?.x).toBeGreaterThan(320);
});

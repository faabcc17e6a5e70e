import type { APIRequestContext, Page } from "@playwright/test";
import { z } from "zod";
import { documentsOverviewSchema } from "../lib/shapes/documents/documents";
import { planSchema } from "../lib/shapes/plans/plan";
import { runSchema } from "../lib/shapes/runs/run";
import { namespaceOf } from "../sandbox/seed/customers";
import { limits } from "../scripts/test/limits.mjs";
import { showRun, untilOver } from "./support/api";
import { openWhole, overflowOf, violationsInBothColours } from "./support/axe";
import { expect, test } from "./support/test";

const namespace = namespaceOf({ package: "commander", migrated: "not" });

test.describe.configure({ mode: "serial" });

const showDocuments = async (request: APIRequestContext) =>
  documentsOverviewSchema.parse(await (await request.get("/api/v1/documents")).json());

/** Documents by level. */
async function levels(request: APIRequestContext): Promise<Map<unknown, number>> {
  const { counts } = await showDocuments(request);
  return new Map(counts?.values?.map(({ value, count }) => [value, count]));
}

/** Plans levels over HTTP and waits for the plan. */
async function planLevels(request: APIRequestContext, input: object) {
  const answer = await request.post("/api/v1/clearance/plan", { data: input });
  expect(answer.ok(), await answer.text()).toBe(true);
  const { plan, run } = z.object({ plan: planSchema, run: runSchema }).parse(await answer.json());
  await untilOver(request, run.id);
  return planSchema.parse(await (await request.get(`/api/v1/plans/${plan.id}`)).json());
}

/** Slows the stand-in down, so that a run can be met while it works. Milliseconds a request. */
async function slowDown(request: APIRequestContext, ms: number): Promise<void> {
  const settings = z.object({ settings: z.array(z.object({ key: z.string(), value: z.string().nullable() })) });
  const found = settings.parse(await (await request.get("/api/v1/configuration")).json());
  const address = found.settings.find(({ key }) => key === "ELASTICSEARCH_ENDPOINT")?.value;
  const answer = await request.post(`${address}/__sandbox/latency`, { data: { ms, jitterMs: 0 } });
  expect(answer.ok(), await answer.text()).toBe(true);
}

const grid = (page: Page) => page.getByRole("grid", { name: "Namespaces of the documents" });
const effect = (page: Page) => page.getByRole("table", { name: "What would become of the documents" });
const state = (page: Page, text: string | RegExp) => page.getByRole("status").filter({ hasText: text });

/** From the form to the end of the run, through review, approval and confirmation. */
async function planAndApply(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Preview changes" }).click();
  await expect(page).toHaveURL(/\/plans\//);
  await expect(page.getByText(/Portage will set clearance_level to 1/)).toBeVisible({ timeout: limits.runSeen });
  await page.getByRole("button", { name: "Approve plan" }).click();
  await expect(state(page, /^Approved$/)).toBeVisible();
  const amount = page.getByRole("button", { name: /^Set [\d,]+ documents to 1$/ });
  const words = await amount.textContent();
  await amount.click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText(`${words}?`);
  await expect(dialog).toContainText("only clearance_level changes");
  await dialog.getByRole("button", { name: words ?? "" }).click();
  await expect(page).toHaveURL(/\/runs\/run-/);
  await expect(state(page, "Succeeded")).toBeVisible({ timeout: limits.runSeen });
}

test("levels are set where there is none: in one namespace, then in all; then nothing is left, and a level 3 is still 3", async ({
  page,
  request,
}) => {
  const before = await levels(request);
  expect(before.get(3)).toBeGreaterThan(0);
  await page.goto("/");
  await expect(page.getByRole("region", { name: "Documents" })).toContainText(/documents have no level/);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Clearance" }).click();
  await page.getByRole("searchbox", { name: "Search, or paste a namespace ID" }).fill(namespace);
  await page.getByRole("checkbox", { name: `Choose ${namespace}` }).check();
  await expect(effect(page)).toContainText("already right");
  await expect(effect(page).getByRole("row", { name: /with level 3/ })).toContainText("kept");
  const set = await effect(page)
    .getByRole("row", { name: /without a level/ })
    .locator(".figures")
    .first()
    .textContent();
  await planAndApply(page);
  await expect(page.getByText(`${set} written, 0 failed: ${set} of ${set} processed.`)).toBeVisible();
  await expect(
    page
      .getByText(/Counted after a refresh/)
      .filter({ visible: true })
      .first(),
  ).toBeVisible();

  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Clearance" }).click();
  await page.getByRole("button", { name: "Refresh" }).click();
  await page.getByRole("searchbox", { name: "Search, or paste a namespace ID" }).fill(namespace);
  await expect(
    grid(page)
      .getByRole("row", { name: new RegExp(namespace) })
      .locator("td")
      .last(),
  ).toHaveText("0");
  await page.getByRole("searchbox", { name: "Search, or paste a namespace ID" }).fill("");
  await page.getByRole("button", { name: "Select all namespaces" }).click();
  await planAndApply(page);

  await page.goto("/clearance?every=true");
  await expect(page.getByRole("region", { name: "Documents" })).toContainText("Every document has a level.");
  await expect(page.getByText("A plan would change nothing.")).toBeVisible();
  await page.getByRole("button", { name: "Preview changes" }).click();
  await expect(page.getByText(/No changes: every document in all namespaces has a level/)).toBeVisible({
    timeout: limits.runSeen,
  });
  await expect(page.getByRole("button", { name: "Approve plan" })).toHaveCount(0);

  const after = await levels(request);
  expect([after.get(2), after.get(3)]).toEqual([before.get(2), before.get(3)]);
  expect((await showDocuments(request)).counts?.without).toBe(0);
});

test("other levels are kept unless overwriting is asked for, and then each is named loudly and can be taken out", async ({
  page,
  request,
}) => {
  const before = await levels(request);
  const [twos, threes] = [2, 3].map((value) => before.get(value)?.toLocaleString("en-US"));
  await page.goto("/clearance?every=true");
  await page.getByRole("radio", { name: /Every document/ }).check();
  const overwriting = page.getByRole("checkbox", { name: /Overwrite other levels/ });
  await expect(overwriting).not.toBeChecked();
  await expect(effect(page).getByRole("row", { name: /with level 3/ })).toContainText("kept");
  await expect(page.getByText(/will be overwritten/)).toHaveCount(0);
  await overwriting.check();
  const warning = page.getByRole("alert").filter({ hasText: /will be overwritten/ });
  await expect(warning).toContainText(`${threes} at level 3`);
  await expect(warning).toContainText(`${twos} at level 2`);

  await page.getByRole("button", { name: "Preview changes" }).click();
  const loud = page.getByRole("alert").filter({ hasText: /will be overwritten with 1/ });
  await expect(loud).toContainText(`${threes} at level 3`, { timeout: limits.runSeen });
  const rows = page.getByRole("grid", { name: "Documents to be overwritten" }).locator("tr[data-row]");
  await expect(rows.first()).toContainText(/clearance_level\s*[23] → 1/);
  await rows.first().click();
  const sheet = page.getByRole("dialog");
  await expect(sheet.getByRole("row", { name: /clearance_level.*overwritten/ })).toBeVisible();
  await sheet.getByRole("button", { name: /Show \d+ unchanged fields?/ }).click();
  await expect(sheet.getByRole("row", { name: /namespace/ }).first()).toBeVisible();
  await page.keyboard.press("Escape");
  await loud.getByRole("link", { name: `${threes} at level 3` }).click();
  await expect(page.getByRole("status").filter({ hasText: `${threes} documents match` })).toBeVisible();
  await expect(rows.first()).toContainText(/clearance_level\s*3 → 1/);
  await page.getByRole("button", { name: new RegExp(`^3\\s*${threes} documents`) }).click();
  await page.getByRole("button", { name: "Exclude all", exact: true }).click();
  await expect(page.getByText(/Nothing will be written in all namespaces/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Approve plan" })).toBeDisabled();
});

test("a level that is none is said so at the field, and nothing can be planned until it is mended", async ({
  page,
}) => {
  await page.goto("/clearance?every=true");
  const level = page.getByRole("textbox", { name: "Level" });
  await level.fill("secret");
  await expect(page.getByText(/Expects a number/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Preview changes" })).toBeDisabled();
  await level.fill("4");
  await expect(page.getByRole("button", { name: "Preview changes" })).toBeEnabled();
  await expect(effect(page).getByRole("row", { name: /without a level/ })).toContainText("set to 4");
});

test("a run's speed is limited and set free again while it works", async ({ page, request }) => {
  const plan = await planLevels(request, { all: true, field: "speed_of_review", value: 7 });
  expect(plan.counts.create).toBeGreaterThan(1000);
  await slowDown(request, 1500);
  try {
    const applied = await request.post(`/api/v1/plans/${plan.id}/apply`, { data: { hash: plan.hash } });
    const { run } = z.object({ run: runSchema }).parse(await applied.json());
    await page.goto(`/runs/${run.id}`);
    await page.getByRole("button", { name: "Change the speed limit" }).click();
    const dialog = page.getByRole("dialog", { name: "Speed limit" });
    await dialog.getByRole("textbox", { name: "Documents per second" }).fill("none");
    await expect(dialog.getByText(/A number from/)).toBeVisible();
    await dialog.getByRole("textbox", { name: "Documents per second" }).fill("20");
    await dialog.getByRole("button", { name: "Set limit" }).click();
    await expect(page.getByText("20 documents/s", { exact: true })).toBeVisible();
    await slowDown(request, 0);
    expect((await showRun(request, run.id)).speedLimit).toBe(20);
    const { outcome } = await showRun(request, run.id);
    expect(outcome.written).toBeLessThan(plan.counts.create);

    await page.getByRole("button", { name: "Change the speed limit" }).click();
    await dialog.getByRole("textbox", { name: "Documents per second" }).fill("");
    await dialog.getByRole("button", { name: "Remove limit" }).click();
    await expect(state(page, "Succeeded")).toBeVisible({ timeout: limits.runSeen });
    expect((await showRun(request, run.id)).outcome.written).toBe(plan.counts.create);
    await page.getByRole("tab", { name: "Settings and timeline" }).click();
    await expect(page.getByText("The speed limit was set to 20 documents per second.")).toBeVisible();
  } finally {
    await slowDown(request, 0);
  }
});

test("what was planned and applied is kept on the page and among all runs", async ({ page }) => {
  await page.goto("/clearance");
  await expect(page.getByRole("table", { name: "Plans" }).locator("tr[data-row]")).not.toHaveCount(0);
  await page.getByRole("table", { name: "Runs" }).locator("tr[data-row]").first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Clearance" })).toBeVisible();
  await page.getByRole("link", { name: "reviewed plan" }).click();
  await expect(state(page, /^Applied$/)).toBeVisible();
  const place = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Clearance" });
  await expect(place).toHaveAttribute("aria-current", "page");
});

for (const width of [1440, 390]) {
  test(`clearance passes axe and fits, in light and in dark colours at ${width} pixels`, async ({ page, request }) => {
    const plan = await planLevels(request, { namespaces: [namespace], level: 9, documents: "every", overwrite: true });
    const changes = await (await request.get(`/api/v1/plans/${plan.id}/changes?kind=update&limit=1`)).json();
    const record = encodeURIComponent(String(changes.changes[0].id));
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: 900 });
    const at = `/plans/${plan.id}?tab=update`;
    for (const address of ["/clearance", at, `${at}&record=${record}&in=${namespace}`]) {
      await openWhole(page, address);
      expect(await violationsInBothColours(page), address).toEqual([]);
      expect(await overflowOf(page), address).toBe(0);
    }
    await openWhole(page, "/clearance?every=true");
    await page.getByRole("radio", { name: /Every document/ }).check();
    await page.getByRole("checkbox", { name: /Overwrite other levels/ }).check();
    await expect(page.getByRole("alert").filter({ hasText: "will be overwritten" })).toBeVisible();
    expect(await violationsInBothColours(page)).toEqual([]);
    expect(await overflowOf(page)).toBe(0);
  });
}

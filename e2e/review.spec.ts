import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { APIRequestContext, Page } from "@playwright/test";
import { z } from "zod";
import { planSchema } from "../lib/shapes/plans/plan";
import { runSchema } from "../lib/shapes/runs/run";
import { openForTests, type TestSandbox } from "../sandbox/open-for-tests";
import { limits } from "../scripts/test/limits.mjs";
import { Server } from "./process/server";
import { expect, test } from "./support/test";

const namespace = "customer-review";
const many = 3000;
const dimension = 768;

let services: TestSandbox;
let server: Server;
let dataDir: string;
let settings: Record<string, string>;

const formula = '=HYPERLINK("http://127.0.0.1:1/","click")';
const markup = '<img src=x onerror="window.portageHacked=true"><script>window.portageHacked=true</script>';
const long = `begin ${"word ".repeat(7900)}end`;
/** What a customer's upload may hold, the source's value left, the target's right. */
const awful: Record<string, [string, string]> = {
  formula: [formula, "plain"],
  markup: [markup, "plain"],
  control: ["bell\u0007 null\u0000 tab\t line\nend", "plain"],
  bidi: ["invoice\u202Efdp.exe", "invoice.pdf"],
  composition: ["caf\u00e9", "cafe\u0301"],
};

test.describe.configure({ mode: "serial" });

test.beforeAll(async () => {
  services = await openForTests();
  const { pinecone } = services.control;
  await pinecone.createIndex({ name: "wide", dimension });
  const keys = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`key-${String(at).padStart(3, "0")}`, at]));
  const side = (at: 0 | 1) => Object.fromEntries(Object.entries(awful).map(([key, values]) => [key, values[at]]));
  const record = (id: string, metadata: Record<string, string | number>, size: number) => ({
    id,
    values: Array.from({ length: size }, (_, at) => (at % 7) + 1),
    metadata: { text: `Text of ${id}`, ...metadata },
  });
  const ids = Array.from({ length: many }, (_, at) => `doc-${String(at).padStart(5, "0")}`);
  const recordsOf = (size: number, page: number, at: 0 | 1) => [
    ...ids.map((id, number) => record(id, { page, ...(number % 10 === 0 ? { renamed: `${page}` } : {}) }, size)),
    record("values-awful", side(at), size),
    record("values-keys", at === 0 ? keys : { ...keys, "key-499": "other" }, size),
    record("values-long", { body: at === 0 ? long : long.replace("begin", "start") }, size),
  ];
  for (const [index, size, page, at] of [
    ["source", 8, 1, 0],
    ["wide", dimension, 2, 1],
  ] as const) {
    const records = recordsOf(size, page, at);
    for (let start = 0; start < records.length; start += 500)
      await pinecone.edit({ index, namespace, put: records.slice(start, start + 500) });
  }
  dataDir = await mkdtemp(path.join(os.tmpdir(), "portage-review-"));
  settings = {
    ...services.environment,
    PORTAGE_MODE: "live",
    PORTAGE_DATA_DIR: dataDir,
    DATABASE_URL: "",
    PINECONE_OLD_INDEX: "source",
    PINECONE_NEW_INDEX: "wide",
    GEMINI_OUTPUT_DIMENSIONS: String(dimension),
  };
  server = new Server(settings);
  await server.start();
});
test.afterAll(async () => {
  await server.stop();
  await services.close();
  await rm(dataDir, { recursive: true, force: true });
});

const answerSchema = z.object({ plan: planSchema, run: runSchema });

/** Makes a plan over HTTP and waits for it. Answers its ID. */
async function analyse(request: APIRequestContext): Promise<string> {
  const answer = await request.post(`${server.url}/api/v1/mirror/plan`, { data: { namespaces: [namespace] } });
  expect(answer.ok(), await answer.text()).toBe(true);
  const { plan } = answerSchema.parse(await answer.json());
  const state = async () =>
    planSchema.parse(await (await request.get(`${server.url}/api/v1/plans/${plan.id}`)).json()).state;
  await expect.poll(state, { timeout: limits.runSeen }).toBe("ready");
  return plan.id;
}

const grid = (page: Page) => page.getByRole("grid", { name: "Updated records" });
const rows = (page: Page) => grid(page).locator("tbody tr[data-row]");
const at = (page: Page, row: number) => grid(page).locator(`tr[aria-rowindex="${(row + 2).toString()}"]`);

test("a long list is gone through from end to end by keys, its place stands in the address, and few rows are rendered", async ({
  page,
  request,
}) => {
  const id = await analyse(request);
  await page.goto(`${server.url}/plans/${id}?tab=update`);
  await expect(at(page, 0)).toContainText("doc-00000");
  await expect(async () => {
    await page.keyboard.press("j");
    await expect(at(page, 0)).toBeFocused({ timeout: 500 });
  }).toPass();
  await page.keyboard.press("End");
  const last = many + 3 - 1;
  await expect(at(page, last)).toBeFocused();
  await expect(at(page, last)).toContainText("values-long");
  expect(await rows(page).count()).toBeLessThan(80);
  await page.keyboard.press("PageUp");
  await expect(at(page, last)).not.toBeFocused();
  const top = /[?&]at=(\d+)/;
  await expect(page).toHaveURL(top);
  const before = Number(top.exec(page.url())?.[1]);
  await page.reload();
  await expect(at(page, before)).toBeVisible();
  await expect(at(page, before + 3)).toContainText(/doc-|values-/);

  // A row with the focus stays, wherever the list is scrolled to, and the keys go on from it.
  await expect(async () => {
    await page.keyboard.press("j");
    await expect(page.locator("tr[data-row]:focus")).toHaveCount(1, { timeout: 500 });
  }).toPass();
  await page.keyboard.press("Home");
  await expect(at(page, 0)).toBeFocused();
  await grid(page).evaluate((table) => table.parentElement?.scrollTo(0, 40_000));
  await expect(at(page, 1250)).toContainText("doc-01250");
  await page.keyboard.press("ArrowDown");
  await expect(at(page, 1)).toBeFocused();
  await expect(at(page, 1)).toBeInViewport();
});

test("any part of an ID is found, facets follow, and x takes a record out and back in", async ({ page, request }) => {
  const id = await analyse(request);
  await page.goto(`${server.url}/plans/${id}?tab=update`);
  const search = page.getByRole("searchbox", { name: "Search: any part of an ID" });
  await expect(async () => {
    await page.keyboard.press("/");
    await expect(search).toBeFocused({ timeout: 500 });
  }).toPass();
  await page.keyboard.type("-0129");
  await expect(page.getByText("10 records match")).toBeVisible();
  await expect(page.getByRole("button", { name: /changed: renamed/ })).toContainText("1 record");
  await expect(at(page, 0)).toContainText("doc-01290");
  await page.keyboard.press("Tab");
  await page.reload();
  await expect(at(page, 9)).toContainText("doc-01299");
  await expect(async () => {
    await page.keyboard.press("j");
    await expect(at(page, 0)).toBeFocused({ timeout: 500 });
    // Once the page is alive, a second press would go on to the next row.
  }).toPass();
  await page.keyboard.press("x");
  await expect(at(page, 0)).toContainText("excluded");
  await expect(page.getByText("1 change excluded.")).toBeVisible();
  await page.keyboard.press("x");
  await expect(at(page, 0)).not.toContainText("excluded");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toContainText("doc-01290");
  await page.keyboard.press("j");
  await expect(page.getByRole("dialog")).toContainText("doc-01291");
  await page.keyboard.press("Escape");
  await expect(at(page, 1)).toBeFocused();
});

test("what others decide shows on the page, and nobody approves what they didn't see", async ({ page, request }) => {
  const id = await analyse(request);
  const act = (verb: string, data: object) => request.post(`${server.url}/api/v1/plans/${id}/${verb}`, { data });
  await page.goto(`${server.url}/plans/${id}?tab=update`);
  await expect(at(page, 0)).toContainText("yes");
  const whole = await page
    .getByText(/Texts to embed/)
    .locator("..")
    .textContent();
  expect((await act("exclude", { kind: "update", search: "doc-0000" })).ok()).toBe(true);
  await page.getByRole("button", { name: "Approve plan" }).click();
  await expect(page.getByText(/Somebody (else )?(has )?changed what is excluded/).first()).toBeVisible();
  await expect(page.getByText("10 changes excluded.")).toBeVisible();
  await expect(at(page, 0)).toContainText("excluded");
  expect(
    await page
      .getByText(/Texts to embed/)
      .locator("..")
      .textContent(),
  ).toBe(whole);
  expect((await act("approve", {})).ok()).toBe(true);
  await expect(page.getByRole("status").filter({ hasText: /^Approved$/ })).toBeVisible();
  await expect(page.getByText(/Approved.* by http/)).toBeVisible();
  await expect(page.getByRole("button", { name: /^Exclude/ })).toHaveCount(0);
});

test("values are shown safely and completely, whatever they hold", async ({ page, request }) => {
  const id = await analyse(request);
  const open = (record: string) =>
    page.goto(`${server.url}/plans/${id}?tab=update&find=values-&record=${record}&in=${namespace}`);
  await open("values-awful");
  const row = (key: string) => page.getByRole("dialog").getByRole("row", { name: new RegExp(`^${key}`) });
  await expect(row("formula")).toContainText(formula);
  await expect(row("markup")).toContainText(markup);
  await expect(row("control")).toContainText("bellU+0007 nullU+0000 tabU+0009 line");
  await expect(row("bidi")).toContainText("invoiceU+202Efdp.exe");
  await expect(row("composition")).toContainText("U+00E9");
  await expect(row("composition")).toContainText("U+0065 U+0301");
  expect(await page.evaluate("window.portageHacked")).toBeUndefined();
  expect(await page.locator("img[src=x]").count()).toBe(0);

  await open("values-keys");
  await expect(row("key-499")).toContainText("other");
  await page.getByRole("button", { name: /Show \d+ unchanged keys/ }).click();
  await page.getByRole("button", { name: /Show all \d+ keys/ }).click();
  // 500 keys and the text, and the level that the target lacks and Portage will set.
  await expect(page.getByRole("dialog").locator("tbody tr")).toHaveCount(502);
  await expect(row("clearance_level")).toContainText("set by Portage");

  await open("values-long");
  await expect(row("body")).toContainText("unchanged characters");
  await page
    .getByRole("button", { name: /^Show all [\d,]+ characters/ })
    .last()
    .click();
  const whole = await row("body").locator("td").last().locator("bdi").textContent();
  expect(whole).toBe(long);
});

test("a plan that no longer fits the settings says so before anybody tries to approve it", async ({
  page,
  request,
}) => {
  const id = await analyse(request);
  await server.stop();
  server = new Server({ ...settings, UPDATE_POLICY: "always" });
  await server.start();
  await page.goto(`${server.url}/plans/${id}`);
  await expect(page.getByText("The update policy was when-text-changed and is always.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Approve plan" })).toHaveCount(0);
  await page.getByRole("button", { name: "Analyse again" }).first().click();
  await expect(page).not.toHaveURL(new RegExp(id));
  await expect(page.getByRole("button", { name: "Approve plan" })).toBeVisible({ timeout: limits.runSeen });
});

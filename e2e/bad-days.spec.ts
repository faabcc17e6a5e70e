import type { Locator, Page } from "@playwright/test";
import { z } from "zod";
import { type Run, runSchema } from "../lib/shapes/runs/run";
import { limits } from "../scripts/test/limits.mjs";
import { type BadDay, namespace, openBadDay } from "./support/bad-day";
import { expect, test } from "./support/test";

let day: BadDay;

const stateOf = (page: Page) => page.locator("main [role=status]").first();
const start = async (namespace: string) =>
  (await day.server.ask(z.object({ run: runSchema }), "POST", "/reembed", { namespaces: [namespace], yes: true })).run;
/** What happened, what was not lost, what to do next: together in one place. */
const says = async (place: Locator, ...sentences: (string | RegExp)[]) => {
  const together = sentences.reduce((found, sentence) => found.filter({ hasText: sentence }), place);
  await expect(together.first()).toBeVisible();
};
const toast = (page: Page) => page.getByRole("region", { name: /Notifications/ }).getByRole("listitem");
const problem = (page: Page) => page.getByRole("main").getByRole("alert");
const sourceWrites = async () => (await day.services.control.pinecone.counters()).writes.source ?? 0;
/** Starts a run that waits for each answer, so that it can be met in mid-run; `hurry` lets it. */
const startSlowly = async (namespace: string, records: number): Promise<Run> => {
  await day.services.control.pinecone.fill({ index: "source", namespace, records });
  await day.services.control.gemini.latency(3000);
  return start(namespace);
};
const hurry = () => day.services.control.gemini.latency(0);

test.describe("where a setting is wrong", () => {
  test.afterEach(() => day.close());

  test("a target index that is missing is said before anything is spent, made from the page, and then all goes on", async ({
    page,
  }) => {
    day = await openBadDay(30, { PINECONE_NEW_INDEX: "not-there-yet" });
    await page.goto(day.at(`/migrate?namespace=${namespace}`));
    await page.getByRole("button", { name: "Estimate migration" }).click();
    await says(
      problem(page),
      "The target index not-there-yet doesn't exist yet.",
      "Nothing was started and nothing was spent.",
      "on the dashboard",
    );

    await page.goto(day.at("/"));
    await expect(page.getByText("The target index not-there-yet doesn't exist yet.")).toBeVisible();
    await page.getByRole("button", { name: "Create index not-there-yet" }).click();
    await expect(page.getByText("Created the target index not-there-yet.")).toBeVisible();
    await expect(page.getByRole("button", { name: "Create index not-there-yet" })).toBeHidden();

    await page.goto(day.at(`/migrate?namespace=${namespace}`));
    await page.getByRole("button", { name: "Estimate migration" }).click();
    await expect(page.getByText(`Portage will create 30 records in namespace ${namespace}.`)).toBeVisible();
  });

  test("a target of another dimension than the embedder's is named with both numbers and the settings to change", async ({
    page,
  }) => {
    day = await openBadDay(30, { GEMINI_OUTPUT_DIMENSIONS: "1536" });
    await page.goto(day.at("/"));
    await expect(page.getByText("The target takes 768 dimensions")).toBeVisible();
    await page.goto(day.at(`/migrate?namespace=${namespace}`));
    await page.getByRole("button", { name: "Estimate migration" }).click();
    await says(
      problem(page),
      /takes vectors of dimension 768, but gemini-embedding-001 is set to make 1536/,
      "Nothing was started and nothing was spent.",
      "Set GEMINI_OUTPUT_DIMENSIONS to 768",
    );
    expect((await day.services.control.gemini.counters()).embedded.texts).toBe(0);
  });

  test("a wrong Pinecone key is named with the setting, without the key", async ({ page }) => {
    const key = "pcsk_wrong_key_that_nobody_may_see";
    day = await openBadDay(30, { PINECONE_API_KEY: key });
    await page.goto(day.at("/"));
    const attention = page.getByRole("region", { name: "Needs attention" });
    await says(attention.getByRole("listitem"), "Pinecone (source) refused the key", "Check the connections.");
    await expect(page.getByText("Progress is unknown")).toBeVisible();
    await expect(page.getByText("holds no records")).toHaveCount(0);
    await page.goto(day.at("/namespaces"));
    await says(problem(page), "refused the key", "Nothing was written and nothing was spent.", "PINECONE_API_KEY");
    await page.goto(day.at(`/migrate?namespace=${namespace}`));
    await page.getByRole("button", { name: "Estimate migration" }).click();
    await says(
      problem(page),
      "refused the key",
      "Nothing was written and nothing was spent.",
      "Check PINECONE_API_KEY.",
    );
    await page.goto(day.at("/configuration"));
    await page.getByRole("button", { name: "Test connections" }).click();
    await expect(page.getByRole("table", { name: "Connections" })).toContainText("refused the key");
    expect(await page.content()).not.toContain(key);
  });
});

test.describe("while it works", () => {
  test.beforeAll(async () => {
    day = await openBadDay(0, { EMBEDDING_BATCH_SIZE: "10" });
  });
  test.afterAll(() => day.close());

  test("while Gemini is down the page says so, that nothing is lost, and that it goes on by itself; and it does", async ({
    page,
  }) => {
    const run = await startSlowly("while-down", 600);
    await page.goto(day.at(`/runs/${run.id}`));
    await expect(stateOf(page)).toHaveText(/Running|Waiting/);
    await day.services.control.gemini.faults({ downMs: 8000, downStatus: 503 });
    await hurry();
    const notice = page.getByText(/Waiting for Gemini/);
    await expect(notice).toBeVisible();
    await expect(page.getByText("Resumes automatically; what is written stays.")).toBeVisible();
    await expect(stateOf(page)).toHaveText("Succeeded", { timeout: limits.runSeen });
    await expect(notice).toBeHidden();
    await expect(page.getByText("600 written, 0 failed: 600 of 600 processed.")).toBeVisible();
    expect(await sourceWrites()).toBe(0);
  });

  test("records that were left out are tried again from the page, once their cause is mended", async ({ page }) => {
    const namespace = "left-out";
    const { pinecone } = day.services.control;
    await pinecone.fill({ index: "source", namespace, records: 20 });
    const put = (metadata: object) =>
      pinecone.edit({ index: "source", namespace, put: [{ id: "without", metadata: { page: 1, ...metadata } }] });
    await put({});
    const run = await start(namespace);
    await page.goto(day.at(`/runs/${run.id}?tab=findings`));
    await expect(stateOf(page)).toHaveText("Succeeded, with findings", { timeout: limits.runSeen });
    await expect(page.getByRole("grid", { name: "Findings" })).toContainText("without");
    await put({ text: "Now there is one." });
    await page.getByRole("button", { name: "Retry findings" }).click();
    const dialog = page.getByRole("dialog", { name: "Retry 1 record?" });
    await expect(dialog).toContainText("At most 1 text will be embedded");
    await dialog.getByRole("button", { name: /^Retry 1 record/ }).click();
    await expect(page).not.toHaveURL(new RegExp(run.id));
    await expect(stateOf(page)).toHaveText("Succeeded", { timeout: limits.runSeen });
    await expect(page.getByText("1 written, 0 failed: 1 of 1 processed.")).toBeVisible();
    await page.getByText("Retries findings of run").getByRole("link").click();
    await expect(page).toHaveURL(new RegExp(run.id));
    expect((await pinecone.records("wide", namespace)).map(({ id }) => id)).toContain("without");
    expect(await sourceWrites()).toBe(0);
  });

  test("a page that is open while the server is killed says so, and shows the run's end once the server is back", async ({
    page,
  }) => {
    const run = await startSlowly("while-killed", 600);
    await page.goto(day.at(`/runs/${run.id}`));
    await expect(page.getByText("Live", { exact: true })).toBeVisible();
    await day.powerOff();
    await hurry();
    await expect(page.getByText("The server doesn't answer.")).toBeVisible({ timeout: limits.runSeen });
    await expect(page.getByText("Not updated: the server doesn't answer")).toBeVisible();
    await day.powerOn();
    await expect(page.getByText("The server doesn't answer.")).toBeHidden();
    await expect(page.getByText("Live", { exact: true })).toBeVisible();
    await expect(stateOf(page)).toHaveText("Succeeded", { timeout: limits.runSeen });
    await expect(page.getByText("600 written, 0 failed: 600 of 600 processed.")).toBeVisible();
    expect(await sourceWrites()).toBe(0);
  });

  test("an analysis that is cancelled says so at once, and is over on its plan's page", async ({ page }) => {
    const { pinecone } = day.services.control;
    await pinecone.fill({ index: "source", namespace: "cancelled", records: 3000 });
    await pinecone.latency(1500);
    await page.goto(day.at("/mirror?namespace=cancelled"));
    await page.getByRole("button", { name: "Analyse differences" }).click();
    await page.getByRole("button", { name: "Cancel analysis" }).click();
    await expect(page.getByRole("button", { name: "Cancelling: finishing the requests in flight" })).toBeDisabled();
    await expect(page.getByText("Cancelled before it was finished. Nothing was written.")).toBeVisible();
    await pinecone.latency(0);
    await page.reload();
    await expect(page.getByText("Cancelled before it was finished. Nothing was written.")).toBeVisible();
    await expect(page.getByRole("button", { name: /^Cancel/ })).toHaveCount(0);
  });

  test("two tabs agree: what one asks for shows in the other", async ({ page, context }) => {
    const run = await startSlowly("in-two-tabs", 2000);
    const other = await context.newPage();
    for (const tab of [page, other]) {
      await tab.goto(day.at(`/runs/${run.id}`));
      await expect(stateOf(tab)).toHaveText(/Running|Waiting/);
    }
    await page.getByRole("button", { name: "Pause migration" }).click();
    for (const tab of [page, other]) await expect(stateOf(tab)).toHaveText("Paused");
    await other.getByRole("button", { name: "Resume migration" }).click();
    for (const tab of [page, other]) await expect(stateOf(tab)).toHaveText(/Running|Waiting/);
    // Both press at once: one does it, the other sees that it is done.
    const press = (tab: Page) => tab.getByRole("button", { name: "Pause migration" }).dispatchEvent("click");
    await Promise.all([press(page), press(other)]);
    for (const tab of [page, other]) {
      await expect(stateOf(tab)).toHaveText("Paused");
      await expect(tab.getByRole("table", { name: "Namespaces of this run" })).not.toContainText("Running");
      await expect(toast(tab)).toHaveCount(0);
    }
  });
});

import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { z } from "zod";
import { type SwitchFile, switchFileSchema } from "../lib/shapes/cut-over/switch";
import { limits } from "../scripts/test/limits.mjs";
import { type BadDay, openBadDay } from "./support/bad-day";
import { expect, test } from "./support/test";

let day: BadDay;
const route = "notes";
const namespace = "customer-0";
const records = 80;
/** What the application writes to the target while that is asked. */
const written = [1, 2].map((at) => ({ id: `written-${at}`, metadata: { text: `written after the switch ${at}` } }));

test.beforeAll(async () => {
  day = await openBadDay(0);
  const { pinecone } = day.services.control;
  for (const name of ["old", "copies"]) await pinecone.createIndex({ name, dimension: 8 });
  await pinecone.fill({ index: "old", namespace, records });
  const own = {
    name: "own",
    kind: "pinecone",
    settings: { apiKey: day.services.apiKeys.pinecone, controllerHost: day.services.pinecone.url },
  };
  await day.server.ask(z.unknown(), "POST", "/connections", own);
  const definition = {
    source: { connection: "own", collection: "old" },
    target: { connection: "own", collection: "copies" },
    vectors: { from: "source" },
  };
  await day.server.ask(z.unknown(), "POST", "/routes", { name: route, definition });
});
test.afterAll(() => day.close());

/** Back to the story, with what became of a step. */
async function story(page: Page, step: string, state: RegExp | string): Promise<void> {
  await page.goto(day.at(`/move?route=${route}`));
  await expect(
    page
      .getByRole("listitem")
      .filter({ hasText: `: ${step}` })
      .first(),
  ).toContainText(state);
}
const go = (page: Page, name: string) => page.getByRole("main").getByRole("link", { name, exact: true }).click();
const press = (page: Page, name: string | RegExp) => page.getByRole("main").getByRole("button", { name }).click();
const confirm = (page: Page, name: string | RegExp) => page.getByRole("dialog").getByRole("button", { name }).click();
const told = (file: string): SwitchFile => switchFileSchema.parse(JSON.parse(readFileSync(file, "utf8")));
const over = { timeout: limits.runSeen };

async function compared(page: Page, says: string): Promise<void> {
  await press(page, "Analyse differences");
  await expect(page).toHaveURL(/\/plans\/plan-/, over);
  await expect(page.getByRole("main")).toContainText(says, over);
}

test("a route is moved from nothing to switched by its page, watched turning red, and taken back with what was written meanwhile", async ({
  page,
}) => {
  await story(page, "Plan", "Next");
  await go(page, "Plan the migration");
  await expect(page.getByText("All namespaces of the source selected")).toBeVisible();
  await press(page, "Estimate migration");
  await press(page, `Copy ${records} records`);
  await confirm(page, /^Copy/);
  await expect(page.getByRole("status").filter({ hasText: "Succeeded" })).toBeVisible(over);

  await story(page, "Verify", "1 of 1 namespace verified");
  await go(page, "Start the gate");
  await expect(page.getByText(`${records} records of the source and ${records} of the target are read`)).toBeVisible();
  await page.getByRole("textbox", { name: "How many" }).fill("60");
  await press(page, `Check ${route}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/^GO/, over);
  await page.getByRole("group", { name: "Map of the target" }).getByRole("button").first().click();
  await expect(page.getByRole("link", { name: "Open the record" })).toBeVisible();

  await story(page, "Last differences", "Next");
  await go(page, "Compare both sides");
  await compared(page, "No differences in namespace");
  await story(page, "Switch", "Next");
  const file = await page.getByText(/notes\.json$/).textContent();
  await press(page, "Switch to the target");
  await expect(page.getByRole("dialog")).toContainText("Nothing stands against it");
  await confirm(page, "Switch to the target");
  await expect(page.getByText("Target · asked now")).toBeVisible();
  await story(page, "Switch", "Done");
  expect(told(file ?? "")).toMatchObject({ generation: 1, active: { side: "target", index: "copies" } });
  await press(page, "Ask both sides now");
  await expect(page.getByText("As when it was checked")).toBeVisible(over);

  // The application goes on writing, and somebody takes records out of the target.
  const { pinecone } = day.services.control;
  await pinecone.edit({ index: "copies", namespace, put: written });
  const there = await pinecone.records("copies", namespace);
  await pinecone.edit({ index: "copies", namespace, delete: there.slice(0, 20).map(({ id }) => id) });
  await press(page, "Ask both sides now");
  await expect(page.getByText("Worse than when it was checked")).toBeVisible(over);
  await story(page, "Watch", "Needs a look");

  // In one step, but not before what was written is in the source, too.
  await press(page, "Switch back to the source");
  await expect(page.getByRole("dialog")).toContainText("2 records that only the target has");
  await confirm(page, "Cancel");
  await press(page, `Save the route ${route}-back`);
  await expect(
    page.getByText(`The route ${route}-back brings what is written to the target back to the source`),
  ).toBeVisible();
  await page.goto(day.at(`/mirror?route=${route}-back&all=true`));
  await compared(page, "Portage will create 2 records");
  await press(page, "Approve plan");
  await press(page, /^Create 2 records/);
  await confirm(page, /^Create 2 records/);
  await expect(page.getByRole("status").filter({ hasText: "Succeeded" })).toBeVisible(over);
  await story(page, "Switch", "Done");
  await press(page, "Switch back to the source");
  await confirm(page, "Switch back");
  await expect(page.getByRole("dialog")).toBeHidden();
  expect(told(file ?? "")).toMatchObject({ generation: 2, active: { side: "source", index: "old" } });
  const home = (await pinecone.records("old", namespace)).map(({ id }) => id);
  expect(home).toHaveLength(records + written.length);
  expect(home).toEqual(expect.arrayContaining(written.map(({ id }) => id)));
});

import { namespaceHref } from "../lib/shapes/namespaces/namespace-address";
import { namespacePageSchema } from "../lib/shapes/namespaces/namespaces";
import { cancelRun, namespacesLeft, showRun, startRun, untilOver } from "./support/api";
import { expect, test } from "./support/test";

test.describe.configure({ mode: "serial" });

test("a run is paused, survives a reload, is resumed by key, and cancelled after asking", async ({ page, request }) => {
  const [largest] = await namespacesLeft(request);
  if (!largest) throw new Error("The sandbox has nothing left to do.");
  const run = await startRun(request, [largest.name], 1);
  try {
    await page.goto(`/runs/${run.id}`);
    const state = page.locator("main [role=status]").first();
    await expect(state).toHaveText(/Running|Waiting/);
    await expect(page.getByText("Live", { exact: true })).toBeVisible();
    await expect.poll(async () => (await showRun(request, run.id)).outcome.written).toBeGreaterThan(0);

    await page.getByRole("button", { name: "Pause migration" }).click();
    await expect(state).toHaveText("Paused");
    const paused = await showRun(request, run.id);
    await page.reload();
    await expect(state).toHaveText("Paused");
    expect((await showRun(request, run.id)).outcome).toEqual(paused.outcome);

    await expect(page.getByRole("button", { name: "Resume migration" })).toBeVisible();
    await page.locator("body").press("p");
    await expect(state).toHaveText(/Running|Waiting/);
    await page.reload();
    await expect(state).toHaveText(/Running|Waiting/);
    await expect(page.getByRole("definition").filter({ hasText: " of " })).toBeVisible();

    await page.getByRole("button", { name: "Cancel migration" }).click();
    await expect(page.getByRole("dialog")).toContainText("Can't be resumed.");
    await page.getByRole("button", { name: "Keep running" }).click();
    await expect(state).toHaveText(/Running|Waiting/);
    await page.getByRole("button", { name: "Cancel migration" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel migration" }).click();
    await expect(state).toHaveText("Cancelled");
    await expect(page.getByRole("button", { name: "Pause migration" })).toHaveCount(0);

    await page.getByRole("tab", { name: "Settings and timeline" }).click();
    await expect(page.getByRole("region", { name: "Timeline" })).toContainText("web");
    await expect(page.getByRole("region", { name: "Timeline" })).toContainText(/Worker \S+ joined\./);

    // What it left is planned by the same choice and settings, and waits to be confirmed like any other plan.
    await page.getByRole("button", { name: "Plan the rest" }).click();
    await expect(page).toHaveURL(/\/plans\/plan-/);
  } finally {
    await cancelRun(request, run.id);
  }
});

test("every record of a namespace is verified on request, after what that reads was said", async ({
  page,
  request,
}) => {
  const answer = await request.get("/api/v1/namespaces/browse?sort=target&direction=ascending&limit=200");
  const row = namespacePageSchema
    .parse(await answer.json())
    .rows.find(({ source, target }) => (source?.value ?? 0) > 0 && (target?.value ?? 0) > 0);
  if (!row) throw new Error("The sandbox has no namespace with records on both sides.");
  await page.goto(namespaceHref(row.name));
  await page.getByRole("button", { name: "Verify every record" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText(
    /fetches and compares all [\d,]+ records? that both hold in 1 namespace: about [\d,]+ requests/,
  );
  await expect(dialog).toContainText("Nothing is written.");
  await dialog.getByRole("button", { name: /^Verify [\d,]+ records?/ }).click();
  await expect(page.getByRole("heading", { name: "Verification" })).toBeVisible();
  const id = /runs\/([^?]+)/.exec(page.url())?.[1] ?? "";
  await untilOver(request, id);
  await page.getByRole("tab", { name: "Settings and timeline" }).click();
  await expect(page.getByText("every record compared")).toBeVisible();
});

test("without the stream the page asks by itself and comes to the same end", async ({ page, request }) => {
  const [largest] = await namespacesLeft(request);
  if (!largest) throw new Error("The sandbox has nothing left to do.");
  const run = await startRun(request, [largest.name], 1);
  try {
    await page.route("**/events", (route) => route.abort());
    await page.goto(`/runs/${run.id}`);
    await expect(page.getByText("Live updates interrupted, polling every 2 s")).toBeVisible();
    await cancelRun(request, run.id);
    await expect(page.locator("main [role=status]").first()).toHaveText("Cancelled");
  } finally {
    await cancelRun(request, run.id);
  }
});

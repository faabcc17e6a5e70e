import { cancelRun, namespacesLeft, showRun, startRun } from "./support/api";
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
  } finally {
    await cancelRun(request, run.id);
  }
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

import { namespaceOf } from "../sandbox/seed/customers";
import { limits } from "../scripts/test/limits.mjs";
import { startMirrorPlan, untilOver } from "./support/api";
import { expect, test } from "./support/test";

test("the palette finds runs, plans and namespaces by a part of what they are called", async ({ page, request }) => {
  const edited = namespaceOf({ package: "@biomejs/biome", migrated: "edited" });
  const { run, plan } = await startMirrorPlan(request, [edited]);
  await untilOver(request, run.id);
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1, name: "Dashboard" })).toBeVisible();
  for (const [part, name, place] of [
    [run.id.slice(6), run.id, `/runs/${run.id}`],
    [plan.id.slice(7), plan.id, `/plans/${plan.id}`],
    [edited.slice(2, 12), edited, edited],
  ] as const) {
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder("A page, an action, or part of a namespace, run or plan").fill(part);
    await page.getByRole("option").filter({ hasText: name }).first().click();
    await expect(page).toHaveURL((url) => url.href.includes(place));
  }
});

test("the palette finds pages and looks up namespaces", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1, name: "Dashboard" })).toBeVisible();
  await page.keyboard.press("Control+k");
  await page.getByPlaceholder("A page, an action, or part of a namespace, run or plan").fill("configur");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/configuration$/);
  await page.keyboard.press("Control+k");
  await page.getByPlaceholder("A page, an action, or part of a namespace, run or plan").fill("some-customer");
  await page.getByRole("option", { name: "Look up namespace some-customer" }).click();
  await expect(page).toHaveURL(/\/namespaces\?search=some-customer/);
});

test("keys go places, are listed, and can be turned off", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1, name: "Dashboard" })).toBeVisible();
  const body = page.locator("body");
  await body.press("g");
  await body.press("r");
  await expect(page).toHaveURL(/\/runs$/);
  await body.press("?");
  const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(sheet).toContainText("Migrate");
  await sheet.getByRole("checkbox", { name: "Single-key shortcuts" }).uncheck();
  await page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();
  await body.press("g");
  await body.press("d");
  await expect(page).toHaveURL(/\/runs$/);
  await page.reload();
  await page.getByRole("button", { name: "Search or jump to" }).click();
  await expect(page.getByPlaceholder("A page, an action, or part of a namespace, run or plan")).toBeFocused();
});

test("colours are chosen and kept, from the first paint on", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("/configuration");
  const canvas = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await canvas();
  await page.getByRole("button", { name: /Change theme/ }).click();
  await page.getByRole("button", { name: /Change theme/ }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  expect(await canvas()).not.toBe(light);
  await expect
    .poll(async () => (await page.context().cookies()).some(({ value }) => value.startsWith("dark")))
    .toBe(true);
  const html = await (await page.reload())?.text();
  expect(html).toContain('data-theme="dark"');
});

test("the first stop of the tab key leads past the navigation", async ({ page }) => {
  await page.goto("/");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("#main")).toBeFocused();
});

test("a server that is gone is said so, and that it came back", async ({ page }) => {
  await page.goto("/configuration");
  await expect(page.getByText("Connected")).toBeVisible();
  await page.route("**/api/health/ready", (route) => route.abort());
  await expect(page.getByText("The server doesn't answer.")).toBeVisible({ timeout: limits.runSeen });
  // A link leads to these words, not to the browser's own page.
  await page.getByRole("link", { name: "Runs", exact: true }).first().click();
  await expect(page.locator("#server-offline")).toBeFocused();
  await page.unroute("**/api/health/ready");
  await expect(page.getByText("The server doesn't answer.")).toBeHidden();
});

test("an address without a page, and a run that isn't there, say what to do", async ({ page }) => {
  const answer = await page.goto("/nowhere");
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole("link", { name: "Open the dashboard" })).toBeVisible();
  await page.goto("/runs/run-that-never-was");
  await expect(page.getByText(/There is no run/)).toBeVisible();
  await expect(page.getByRole("link", { name: "Show all runs" })).toBeVisible();
});

test("no link of the navigation is dead", async ({ page, request }) => {
  await page.goto("/");
  const links = await page.getByRole("navigation", { name: "Main" }).first().getByRole("link").all();
  expect(links.length).toBeGreaterThan(3);
  for (const link of links) expect((await request.get((await link.getAttribute("href")) ?? "")).status()).toBe(200);
});

test("connections are tested with latency and words", async ({ page }) => {
  await page.goto("/configuration");
  await page.getByRole("button", { name: "Test connections" }).click();
  const table = page.getByRole("table", { name: "Connections" });
  await expect(table).toContainText("Pinecone");
  await expect(table).toContainText("Gemini");
  await expect(table).toContainText("ms");
  await expect(page.getByRole("table", { name: "Settings" })).toContainText("PINECONE_OLD_INDEX");
});

test("a page of another build than the server's doesn't read its answers, and says what to do", async ({ page }) => {
  await page.route("**/api/v1/runs?**", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), "portage-build": "another" } });
  });
  await page.goto("/runs");
  await page.getByRole("searchbox").fill("nothing like this");
  await expect(page.getByText("This page is of another build than the server that answers.")).toBeVisible();
  await expect(page.getByText("Reload the page.")).toBeVisible();
});

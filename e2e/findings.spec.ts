import { startPlan, untilOver } from "./support/api";
import { expect, test } from "./support/test";

test("findings are filtered, searched, exported and linked to by URL", async ({ page, request }) => {
  const { run, plan } = await startPlan(request, { all: true });
  const over = await untilOver(request, run.id);
  const all = over.findings.skipped + over.findings.failed + over.findings.drifted + over.findings.warning;
  expect(all).toBeGreaterThan(0);

  await page.goto(`/migrate?all=true&plan=${plan.id}`);
  await page.getByRole("link", { name: "Show why records cannot be migrated" }).click();
  await expect(page).toHaveURL(new RegExp(`/plans/${plan.id}.*tab=problem`));
  await expect(page.getByRole("tab", { name: /^Can't migrate/ })).toHaveAttribute("aria-selected", "true");
  await page.goto(`/runs/${run.id}?tab=findings`);
  const table = page.getByRole("grid", { name: "Findings" });
  await expect(table.getByRole("row").nth(1)).toBeVisible();

  await page.getByLabel("Reason").selectOption("no-text");
  await expect(page).toHaveURL(/reason=no-text/);
  await expect(table.getByRole("row").nth(1)).toContainText("no text");
  await expect(table).not.toContainText("empty text");
  await page.reload();
  await expect(page.getByLabel("Reason")).toHaveValue("no-text");

  const identifier = await table.getByRole("row").nth(1).locator("[title]").first().getAttribute("title");
  await page.getByRole("searchbox", { name: "Search IDs and details" }).fill(identifier ?? "");
  await expect(page).toHaveURL(/find=/);
  const matching = page.getByText(/^\d+ findings? of \d+ match/);
  await expect(matching).toBeVisible();
  const rows = await table.locator("tbody tr[data-row]").count();
  await expect(matching).toContainText(`${rows} finding`);

  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export findings as JSONL" }).click();
  const file = await (await download).createReadStream();
  let text = "";
  for await (const part of file) text += String(part);
  expect(text.trim().split("\n")).toHaveLength(rows);
  expect(JSON.parse(text.split("\n")[0] ?? "")).toMatchObject({ id: identifier, reason: "no-text" });

  await page.getByRole("searchbox", { name: "Search IDs and details" }).fill("nothing is called so");
  await page.getByRole("button", { name: "Show all findings" }).click();
  await expect(table.getByRole("row").nth(1)).toBeVisible();
});

test("the log is filtered and downloaded", async ({ page, request }) => {
  const { run } = await startPlan(request, { all: true });
  await untilOver(request, run.id);
  await page.goto(`/runs/${run.id}?tab=log`);
  const log = page.getByRole("list", { name: "Log, newest first" });
  await expect(log.getByRole("listitem").first()).toBeVisible();
  await page.getByRole("searchbox", { name: "Search the log" }).fill("nothing says so");
  await expect(page.getByText("No line matches")).toBeVisible();
  await page.getByRole("button", { name: "Clear search the log" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download log" }).click();
  expect((await download).suggestedFilename()).toContain(run.id);
});

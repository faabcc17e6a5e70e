import { namespacePageSchema } from "../lib/shapes/namespaces/namespaces";
import { limits } from "../scripts/test/limits.mjs";
import { left, showRun, smallNamespace, startRun, untilOver } from "./support/api";
import { expect, test } from "./support/test";

test("a namespace is estimated, re-embedded and watched live; a second run writes nothing", async ({
  page,
  request,
}) => {
  const namespace = await smallNamespace(request);
  const records = left(namespace).toLocaleString("en-US");

  await page.goto("/");
  await expect(page.getByText("Sandbox mode:")).toBeVisible();
  await page.getByRole("link", { name: "Migrate namespaces" }).click();
  await page.getByRole("searchbox", { name: "Search, or paste a namespace ID" }).fill(namespace.name);
  await page.getByRole("checkbox", { name: `Migrate ${namespace.name}` }).check();
  await expect(page).toHaveURL(new RegExp(`namespace=${namespace.name}`));
  await page.getByRole("button", { name: "Estimate migration" }).click();

  await expect(page.getByText(`Portage will create ${records} records in namespace ${namespace.name}.`)).toBeVisible();
  await expect(page.getByText("Nothing will be deleted.")).toBeVisible();
  const embed = page.getByRole("button", { name: new RegExp(`^Embed ${records} texts · about \\$`) });
  await page.reload();
  await embed.click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("In the sandbox nothing is charged");
  await dialog.getByRole("button", { name: /^Embed/ }).click();

  await expect(page).toHaveURL(/\/runs\/run-/);
  await expect(page.getByRole("status").filter({ hasText: "Succeeded" })).toBeVisible({ timeout: limits.runSeen });
  const total = (namespace.source?.value ?? 0).toLocaleString("en-US");
  await expect(page.getByText(`${total} of ${total} processed.`)).toBeVisible();
  // What was in the target before is another tool's: of its vectors nobody knows the model.
  const word = (namespace.target?.value ?? 0) > 0 ? /^Compared in part/ : /^Verified/;
  await expect(page.getByRole("cell", { name: word })).toBeVisible();

  const again = await startRun(request, [namespace.name]);
  await untilOver(request, again.id);
  await page.goto(`/runs/${again.id}`);
  await expect(
    page.getByText(`0 written, ${total} unchanged, 0 failed: ${total} of ${total} processed.`),
  ).toBeVisible();
  expect((await showRun(request, again.id)).embedded.texts).toBe(0);
});

test("an estimate of what is complete says that there is nothing to start", async ({ page, request }) => {
  const answer = await request.get("/api/v1/namespaces/browse");
  const { rows } = namespacePageSchema.parse(await answer.json());
  const name = String(rows.find(({ source, target }) => source && target && target.value >= source.value)?.name);
  await page.goto(`/migrate?namespace=${encodeURIComponent(name)}`);
  await page.getByRole("button", { name: "Estimate migration" }).click();
  await expect(page.getByText("No changes in namespace")).toBeVisible();
  await expect(page.getByText("Nothing to start")).toBeVisible();
  await expect(page.getByRole("button", { name: /^Embed/ })).toHaveCount(0);
});

test("a name that the source doesn't have is refused in words, and nothing is started", async ({ page, request }) => {
  const before = await (await request.get("/api/v1/runs")).json();
  await page.goto("/migrate");
  await page.getByRole("searchbox", { name: "Search, or paste a namespace ID" }).fill("no-such-customer");
  await page.getByRole("button", { name: "Add “no-such-customer”" }).click();
  await page.getByRole("button", { name: "Estimate migration" }).click();
  const main = page.getByRole("main");
  await expect(main.getByText(/The source holds no records in namespace "no-such-customer"/)).toBeVisible();
  await expect(main.getByText(/Nothing was started and nothing was spent/)).toBeVisible();
  const after = await (await request.get("/api/v1/runs")).json();
  expect(after.matching).toBe(before.matching);
});

test("numbers that make no sense are refused beside their fields", async ({ page }) => {
  await page.goto("/migrate?all=true");
  await page.getByRole("textbox", { name: "Batch size" }).fill("-5");
  await page.getByRole("textbox", { name: "Records per namespace" }).fill("many");
  await page.getByRole("button", { name: "Estimate migration" }).click();
  await expect(page.getByText("A whole number from 1 to 100")).toBeVisible();
  await expect(page.getByText("A whole number above 0")).toBeVisible();
  await expect(page).not.toHaveURL(/plan=/);
});

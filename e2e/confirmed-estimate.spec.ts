import { z } from "zod";
import { runSchema } from "../lib/shapes/runs/run";
import { smallNamespace, startPlan, untilOver } from "./support/api";
import { expect, test } from "./support/test";

test("a form changed after the estimate makes it void, and the dialog starts just what it names", async ({
  page,
  request,
}) => {
  const { name } = await smallNamespace(request);
  await page.goto(`/migrate?namespace=${encodeURIComponent(name)}`);
  const estimate = page.getByRole("button", { name: /^Estimate (migration|again)$/ });
  await estimate.click();
  const embed = page.getByRole("button", { name: /^Embed [\d,]+ texts?/ });
  await expect(embed).toBeVisible();

  const limit = page.getByRole("textbox", { name: "Records per namespace" });
  await limit.fill("2");
  await expect(
    page.getByText("Estimate is out of date: the selection or its settings changed. Estimate again."),
  ).toBeVisible();
  await expect(embed).toHaveCount(0);
  await estimate.click();
  await expect(page.getByRole("button", { name: /^Embed 2 texts · about \$/ })).toBeVisible();

  await page.getByRole("textbox", { name: "Batch size" }).fill("50");
  await expect(
    page.getByText("Estimate is out of date: the selection or its settings changed. Estimate again."),
  ).toBeVisible();
  await estimate.click();
  await page.getByRole("button", { name: /^Embed 2 texts/ }).click();
  const dialog = page.getByRole("dialog", { name: "Embed 2 texts?" });
  await expect(dialog).toContainText("2 records in 1 namespace will be embedded and written");
  await dialog.getByRole("button", { name: /^Embed 2 texts/ }).click();
  await expect(page).toHaveURL(/\/runs\/run-/);

  const id = /run-[^?/]+/.exec(page.url())?.[0] ?? "";
  const run = await untilOver(request, id);
  expect(run.embedded.texts).toBe(2);
  await page.getByRole("link", { name: "plan", exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/plans/${run.planId}`));
  await expect(page.getByRole("status").filter({ hasText: "Applied" })).toBeVisible();
  await expect(page.getByText("Applied by run")).toBeVisible();
});

test("an estimate is carried out once, and never under another hash", async ({ request }) => {
  const { name } = await smallNamespace(request);
  const { plan, run } = await startPlan(request, { namespaces: [name] });
  await untilOver(request, run.id);
  const made = await (await request.get(`/api/v1/plans/${plan.id}`)).json();
  const start = (hash: string) => request.post("/api/v1/reembed", { data: { planId: plan.id, hash } });
  const refused = await start("0".repeat(32));
  expect([refused.status(), (await refused.json()).code]).toEqual([409, "plan-moved"]);
  const started = z
    .object({ run: runSchema, already: z.boolean() })
    .parse(await (await start(String(made.hash))).json());
  expect(started.run.planId).toBe(plan.id);
  await untilOver(request, started.run.id);
  expect(await (await start(String(made.hash))).json()).toMatchObject({ already: true, run: { id: started.run.id } });
});

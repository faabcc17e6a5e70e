import { z } from "zod";
import { runSchema } from "../lib/shapes/runs/run";
import { limits } from "../scripts/test/limits.mjs";
import { expect, test } from "./support/test";

test("a connection is refused with a wrong key, fixed and saved; a route is refused, previewed, saved and removed", async ({
  page,
}) => {
  await page.goto("/configuration/connections");
  await page.getByRole("button", { name: "Add connection" }).click();
  await page.getByLabel("Name").fill("e2e");
  await page.getByLabel("API key").fill("pcsk_not_the_key");
  await page.getByRole("button", { name: "Test and save connection" }).click();
  await expect(page.getByLabel("API key")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("API key").fill("sandbox-pinecone-key");
  await page.getByRole("button", { name: "Test and save connection" }).click();
  await page.getByRole("button", { name: "Test connection" }).click();
  await expect(page.getByRole("status").filter({ hasText: "It works" })).toContainText("gflops-serverless");
  expect(await page.content()).not.toContain("sandbox-pinecone-key");

  await page.goto("/inspect?connection=e2e");
  const found = page.getByRole("article", { name: "gflops-serverless" });
  await expect(found).toContainText("Only the first 1,000 records were read");
  await found.getByRole("button", { name: "Make route" }).click();
  await page.getByLabel("Name", { exact: true }).fill("e2e");
  await expect(page.getByLabel("Connection").first()).toHaveValue("e2e");
  await expect(page.getByLabel("Collection").first()).toHaveValue("gflops-serverless");
  await page.getByLabel("Collection").nth(1).fill("gflops-serverless");
  await page.getByRole("button", { name: "Save route" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "Source and target are the same" })).toBeVisible();
  await page.getByLabel("Collection").nth(1).fill("askdona");
  await page.getByRole("button", { name: "Preview route" }).click();
  await expect(page.getByRole("region", { name: "Preview" })).toContainText("First records as they would be written");
  await page.getByRole("button", { name: "Save route" }).click();
  await expect(page.getByRole("row").filter({ hasText: "e2e:gflops-serverless" })).toHaveCount(1);

  await page.goto("/");
  await page.getByRole("button", { name: /^Route default\b.*Switch route$/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: /^e2e/ }).click();
  await expect(page).toHaveURL(/\/\?route=e2e$/);
  const migrate = page.getByRole("navigation", { name: "Main" }).first().getByRole("link", { name: "Migrate" });
  await expect(migrate).toHaveAttribute("href", "/migrate?route=e2e");
  await page.goto("/configuration/routes");
  await page.getByRole("row").filter({ hasText: "e2e:gflops-serverless" }).click();
  await page.getByRole("button", { name: "Remove route" }).click();
  await page.getByRole("dialog", { name: "Remove e2e?" }).getByRole("button", { name: "Remove route" }).click();
  await expect(page.getByRole("row").filter({ hasText: "e2e:gflops-serverless" })).toHaveCount(0);
  await page.request.post("/api/v1/connections/e2e/remove", { data: {} });
});

test("several collections are given names that meet or are too long, are refused, and are planned together once they aren't", async ({
  page,
}) => {
  const settings = { path: "lib/formats/fixtures/chroma-1.5/db" };
  const added = await page.request.post("/api/v1/connections", {
    data: { name: "e2e-chroma", kind: "chroma-folder", settings },
  });
  expect(added.ok()).toBe(true);
  await page.goto("/configuration/routes/several?from=e2e-chroma");
  const table = page.getByRole("table", { name: "Where each collection goes" });
  const save = page.getByRole("button", { name: /^Save .*plan them$/ });
  await expect(save).toHaveText("Save 4 routes and plan them");
  await expect(table.getByRole("row").filter({ hasText: "contracts" })).toContainText("New: 3,072 dimensions, cosine");
  const name = async (collection: string, to: string) => {
    await table.getByLabel(`Where ${collection} goes`).fill(to);
    await table.getByLabel(`Where ${collection} goes`).blur();
  };
  for (const left of ["empty", "notes"]) await table.getByRole("checkbox", { name: left }).uncheck();
  await name("lists", "contracts");
  await expect(page.getByText("contracts and lists would both go to contracts.")).toBeVisible();
  await expect(save).toBeDisabled();
  await name("lists", "x".repeat(60));
  await expect(page.getByText("a name has at most 45 characters, this one 60")).toBeVisible();
  await name("lists", "e2e-lists");
  await page.getByLabel("Metadata that the target can't hold").selectOption("as-json-text");
  await expect(page.getByText("a name has at most 45 characters")).toHaveCount(0);
  await expect(save).toHaveText("Save 2 routes and plan them");
  await save.click();
  const lists = page.getByRole("region", { name: "lists to e2e-lists" });
  await expect(lists).toContainText("The target e2e-lists doesn't exist yet");
  await expect(lists).toContainText("with 3,072 dimensions, cosine");
  const writeAll = page.getByRole("button", { name: /^Write 9 records of 2 collections/ });
  await writeAll.click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await writeAll.click();
  await page.getByRole("dialog").getByRole("button", { name: "Write 9 records" }).click();
  const contracts = page.getByRole("region", { name: "contracts to contracts" });
  for (const [collection, written] of [
    [contracts, 8],
    [lists, 1],
  ] as const) {
    const route = (await collection.getByText(/^Route /).innerText()).replace("Route ", "");
    const newest = async () => {
      const answer = await page.request.get(`/api/v1/runs?limit=1&route=${route}`);
      const [run] = z.object({ runs: z.array(runSchema) }).parse(await answer.json()).runs;
      return [run?.state, run?.outcome.written];
    };
    await expect.poll(newest, { timeout: limits.runSeen }).toEqual(["succeeded", written]);
  }

  // The same table again finds nothing to do.
  await page.goto("/configuration/routes/several?from=e2e-chroma");
  for (const left of ["empty", "notes"]) await table.getByRole("checkbox", { name: left }).uncheck();
  await name("lists", "e2e-lists");
  await page.getByLabel("Metadata that the target can't hold").selectOption("as-json-text");
  await save.click();
  await expect(page.getByText("Nothing is left to start.")).toBeVisible({ timeout: limits.runSeen });
});

test("a table is filled by a page: what has a vector is counted, rows are chosen by a column, and the filling is estimated", async ({
  page,
}) => {
  await page.goto("/fill");
  await page.getByRole("main").getByRole("link", { name: "sandbox-fill" }).click();
  await expect(page.getByRole("table", { name: "Rows by namespace" }).getByRole("row")).toHaveCount(5);
  await page.getByText("The SQL that counts them").click();
  await expect(page.getByText('FROM "public"."articles"').first()).toBeVisible();
  await page.getByLabel("Only where").selectOption("topic");
  await page.getByLabel("is", { exact: true }).fill("queues");
  await page.getByLabel(/^All: those that have a vector/).check();
  await page.getByRole("button", { name: "Estimate filling" }).click();
  await expect(page.getByText('Only rows are looked at whose topic is "queues".')).toBeVisible();
  await expect(page.getByRole("button", { name: /^Embed 40 texts/ })).toBeVisible();
});

import { readdirSync } from "node:fs";
import path from "node:path";
import type { Page } from "@playwright/test";
import { expect, test } from "./support/test";

const fixtures = path.resolve(import.meta.dirname, "../lib/formats/fixtures");

/** As a hand drops them: what a test makes of files has no folders. */
async function drop(page: Page, files: Record<string, string>) {
  const given = await page.evaluateHandle((named) => {
    const transfer = new DataTransfer();
    for (const [name, text] of Object.entries(named)) transfer.items.add(new File([text], name));
    return transfer;
  }, files);
  await page.getByText("Or drop files or a folder here").dispatchEvent("drop", { dataTransfer: given });
}

test("files that are chosen or dropped are read, those of other kinds and too many refused in words, and nothing of them stays", async ({
  page,
}) => {
  await page.goto("/inspect");
  const from = path.join(fixtures, "files/langchain");
  await page
    .getByLabel("Files", { exact: true })
    .setInputFiles([path.join(from, "index.faiss"), path.join(from, "index.pkl")]);
  const found = page.getByRole("article", { name: "index" });
  await expect(found).toContainText("Records8");
  await expect(page.getByText("The files were removed again.")).toBeVisible();
  await expect(found.getByRole("button", { name: "Make route" })).toHaveCount(0);
  await expect(found).toContainText("Embedding with gemini-embedding-001");
  await page.getByLabel("Texts measured for").selectOption("openai");
  await expect(found).toContainText("Embedding with text-embedding-3-small");

  await drop(page, { "rows.jsonl": '{"id":"1","text":"one","embedding":[1,0]}', "notes.zip": "PK" });
  await expect(page.getByRole("article", { name: "rows" })).toContainText("Records1");
  await expect(page.getByText("an archive isn't opened; unpack it, and send the folder that it held")).toBeVisible();

  await drop(page, { "photo.png": "x" });
  await expect(page.getByRole("alert").filter({ hasText: "photo.png: it is of no kind that is read" })).toBeVisible();
  await expect(page.getByRole("article")).toHaveCount(0);

  await drop(page, Object.fromEntries(Array.from({ length: 501 }, (_, at) => [`${at}.jsonl`, ""])));
  await expect(page.getByText("There are more than 500 files.")).toBeVisible();

  await page.getByLabel("Path").fill(path.join(fixtures, "files/langchain"));
  await page.getByRole("button", { name: "Inspect" }).click();
  await expect(found.getByRole("button", { name: "Make route" })).toBeVisible();
  await expect(page.getByText("The files were removed again.")).toHaveCount(0);
});

test("a folder of Chroma is chosen whole", async ({ page }) => {
  await page.goto("/inspect");
  const folder = path.join(fixtures, "chroma-1.5/db");
  expect(readdirSync(folder)).toContain("chroma.sqlite3");
  await page.getByLabel("Folder", { exact: true }).setInputFiles(folder);
  await expect(page.getByRole("article", { name: "contracts" })).toContainText("Records8");
  await expect(page.getByRole("article", { name: "notes" })).toContainText("Records4");
});

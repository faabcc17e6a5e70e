import { smallNamespace } from "./support/api";
import { expect, test } from "./support/test";

test("a namespace is found by its pasted ID and leads to re-embedding", async ({ page, request }) => {
  const { name, source } = await smallNamespace(request);
  await page.goto("/namespaces");
  await page.getByRole("searchbox", { name: "Search, or paste a namespace ID" }).fill(name);
  const found = page.getByRole("region", { name: `Namespace ${name}` });
  await expect(found).toContainText((source?.value ?? 0).toLocaleString("en-US"));
  await expect(page).toHaveURL(new RegExp(`search=${name}`));
  await found.getByRole("button", { name: "Count exactly" }).click();
  await expect(found).not.toContainText("about");
  await found.getByRole("link", { name: "Migrate namespace" }).click();
  await expect(page.getByRole("checkbox", { name: `Migrate ${name}` })).toBeChecked();
});

test("an unknown ID is said to be unknown", async ({ page }) => {
  await page.goto("/namespaces?search=00000000-0000-4000-8000-000000000000");
  await expect(page.getByText("No records of this name in the source nor in the target.")).toBeVisible();
  await page.getByRole("button", { name: "Show all namespaces" }).click();
  await expect(page.getByRole("grid", { name: "Namespaces" }).getByRole("row").nth(2)).toBeVisible();
});

test("odd characters in a name survive every hop", async ({ page }) => {
  await page.goto("/namespaces");
  await page.getByRole("grid", { name: "Namespaces" }).getByRole("link", { name: "a/b c#%?&" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "a/b c#%?&" })).toBeVisible();
  await page.getByRole("main").getByRole("link", { name: "Migrate", exact: true }).click();
  await expect(page.getByRole("checkbox", { name: "Migrate a/b c#%?&" })).toBeChecked();
  await page.reload();
  await expect(page.getByRole("checkbox", { name: "Migrate a/b c#%?&" })).toBeChecked();
});

test("an address means one name, typed, reloaded or gone to", async ({ page }) => {
  for (const name of ["a%20b", "a b", "100%", "ä/ö"]) {
    const heading = page.getByRole("heading", { level: 1, name, exact: true });
    await page.goto(`/namespaces/${encodeURIComponent(name)}`);
    await expect(heading).toBeVisible();
    await page.reload();
    await expect(heading).toBeVisible();
    await page.getByRole("link", { name: "Compare", exact: true }).click();
    await expect(page).toHaveURL(/mirror/);
    await page.goBack();
    await expect(heading).toBeVisible();
  }
  await page.goto("/namespaces/-?name=..&record=none");
  await expect(page.getByText("Neither index has a record of this ID.")).toBeVisible();
  // The record's sheet stands before the page, whose heading nothing reads out until it is closed.
  await page.keyboard.press("Escape");
  await expect(page.getByRole("heading", { level: 1, name: "..", exact: true })).toBeVisible();
});

test("the table sorts by its headings and moves by keys", async ({ page }) => {
  await page.goto("/namespaces");
  const table = page.getByRole("grid", { name: "Namespaces" });
  await table.getByRole("button", { name: "Source", exact: true }).click();
  await expect(page).toHaveURL(/sort=source&direction=descending|direction=descending.*sort=source/);
  await expect(table.getByRole("columnheader", { name: "Source", exact: true })).toHaveAttribute(
    "aria-sort",
    "descending",
  );
  const rows = table.locator("tbody tr[data-row]");
  await expect(rows.nth(1)).toBeVisible();
  await page.locator("body").press("j");
  await expect(rows.nth(0)).toBeFocused();
  await page.keyboard.press("j");
  await expect(rows.nth(1)).toBeFocused();
  await page.keyboard.press("k");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/namespaces\/[^?]+$/);
});

test("only what is left is shown when asked for", async ({ page }) => {
  await page.goto("/namespaces?only=left");
  const rows = page.getByRole("grid", { name: "Namespaces" }).locator("tbody tr[data-row]");
  await expect(rows.first()).toContainText("+");
  for (const text of await rows.allInnerTexts()) expect(text).toContain("+");
});

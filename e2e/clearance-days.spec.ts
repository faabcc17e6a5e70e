import { violationsOf } from "./support/axe";
import { openBadDay } from "./support/bad-day";
import { expect, test } from "./support/test";

test("without Elasticsearch the page says what to set, the dashboard says nothing of documents, and the rest works", async ({
  page,
}) => {
  const day = await openBadDay(1, { ELASTICSEARCH_ENDPOINT: "", ELASTICSEARCH_API_KEY: "" });
  try {
    await page.goto(day.at("/clearance"));
    await expect(page.getByText("No Elasticsearch is configured")).toBeVisible();
    await expect(page.getByText("ELASTICSEARCH_ENDPOINT").first()).toBeVisible();
    expect(await violationsOf(page)).toEqual([]);
    await page.goto(day.at("/"));
    await expect(page.getByRole("heading", { level: 1, name: "Dashboard" })).toBeVisible();
    await expect(page.getByRole("region", { name: "Documents" })).toHaveCount(0);
  } finally {
    await day.close();
  }
});

test("an index that isn't there, a mapping that refuses the field, and a server that is gone are told with what to do", async ({
  page,
}) => {
  const day = await openBadDay(1);
  const { url } = day.services.elasticsearch;
  const headers = { authorization: `ApiKey ${day.services.environment.ELASTICSEARCH_API_KEY}` };
  try {
    await page.goto(day.at("/clearance"));
    await expect(page.getByText(/There is no index.*ELASTICSEARCH_INDEX/)).toBeVisible();
    const properties = { namespace: { type: "keyword" } };
    const made = await page.request.put(`${url}/documents`, {
      headers,
      data: { mappings: { dynamic: "strict", properties } },
    });
    expect(made.ok(), await made.text()).toBe(true);
    await page.getByRole("button", { name: "Refresh" }).click();
    await expect(page.getByText(/refuses fields that its mapping doesn't know/)).toBeVisible();
    await expect(page.getByText("No documents", { exact: true })).toBeVisible();
    await page.getByRole("button", { name: "Add the integer mapping" }).click();
    const dialog = page.getByRole("dialog", { name: "Add clearance_level to 1 mapping?" });
    await expect(dialog).toContainText("No document is written");
    await dialog.getByRole("button", { name: "Add the integer mapping" }).click();
    await expect(page.getByRole("table", { name: "Indexes" })).toContainText("integer");
    await expect(page.getByText(/refuses fields/)).toHaveCount(0);

    await day.services.control.elasticsearch.faults({ downMs: 600_000 });
    await page.reload();
    await expect(page.getByText(/Elasticsearch can't be reached/)).toBeVisible();
    await expect(page.getByText("Nothing was written and nothing was spent.")).toBeVisible();
    await expect(page.getByText("Check the network and ELASTICSEARCH_ENDPOINT.")).toBeVisible();
    await day.services.control.elasticsearch.faults({});
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByRole("table", { name: "Indexes" })).toContainText("documents");
  } finally {
    await day.close();
  }
});

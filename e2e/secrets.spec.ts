import { expect, test } from "@playwright/test";

const secret = "e2e-secret-that-must-stay-on-the-server";

test("no page and no answer carries a secret", async ({ page, request }) => {
  const answers: Promise<string>[] = [];
  page.on("requestfinished", (finished) => {
    answers.push(finished.response().then((response) => response?.text().catch(() => "") ?? ""));
  });
  for (const address of ["/", "/reembed", "/runs", "/namespaces", "/configuration"]) {
    await page.goto(address);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    expect(await page.content()).not.toContain(secret);
  }
  await expect(page.getByRole("table", { name: "Settings" })).toContainText("••••••••rver");
  for (const path of ["/api/v1/configuration", "/api/v1/doctor", "/api/v1/overview", "/api/metrics"]) {
    expect(await (await request.get(path)).text(), path).not.toContain(secret);
  }
  for (const text of await Promise.all(answers)) expect(text).not.toContain(secret);
});

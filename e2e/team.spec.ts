import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Browser, Page } from "@playwright/test";
import { z } from "zod";
import { openTestProvider } from "../lib/runtime/testing-oidc";
import { planSchema } from "../lib/shapes/plans/plan";
import { namespaceOf } from "../sandbox/seed/customers";
import { Server } from "./process/server";
import { openWhole, overflowOf, violationsInBothColours } from "./support/axe";
import { expect, test } from "./support/test";

let server: Server;
let dataDir: string;
let provider: Awaited<ReturnType<typeof openTestProvider>>;

test.beforeAll(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), "portage-team-"));
  provider = await openTestProvider({ sub: "cy", email: "cy@example.org", name: "Cy", email_verified: true });
  server = new Server({
    PORTAGE_MODE: "sandbox",
    PORTAGE_DATA_DIR: dataDir,
    DATABASE_URL: "",
    PORTAGE_LOGIN: "on",
    PORTAGE_OIDC_ISSUER: provider.issuer,
    PORTAGE_OIDC_CLIENT_ID: "portage",
    PORTAGE_OIDC_CLIENT_SECRET: "secret-of-portage",
  });
  await server.start();
  await provider.allow(`${server.url}/api/auth/callback/oidc`);
});
test.afterAll(async () => {
  await server.stop();
  provider.close();
  await rm(dataDir, { recursive: true, force: true });
});

const at = (address: string) => `${server.url}${address}`;

/** Takes an invitation, as somebody with a browser of their own. */
async function join(page: Page, link: string, name: string): Promise<Page> {
  await page.goto(link);
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("E-mail address").fill(`${name.toLowerCase()}@example.org`);
  await page.getByLabel("Password").fill("correct horse battery");
  await page.getByRole("button", { name: "Join" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Dashboard" })).toBeVisible();
  return page;
}
const other = async (browser: Browser) => (await browser.newContext()).newPage();

test("a team comes in, reviews a plan in its roles, and finds it all in the audit trail", async ({ page, browser }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto(at("/runs"));
  await expect(page).toHaveURL(/\/login\?next=%2Fruns$/);
  expect(await violationsInBothColours(page)).toEqual([]);
  await page.getByLabel("E-mail address").fill("nobody@example.org");
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("alert").filter({ hasText: "." })).toBeVisible();

  const ada = await join(page, server.printed(/first admin, .*?: (\S+)/), "Ada");
  await openWhole(ada, at("/configuration/members"));
  await ada.getByLabel("Role of the invited").selectOption("operator");
  await ada.getByRole("button", { name: "Make invitation" }).click();
  const bo = await join(await other(browser), await ada.getByText(/\/invitation#/).innerText(), "Bo");

  const edited = namespaceOf({ package: "@biomejs/biome", migrated: "edited" });
  const asked = await bo.request.post(at("/api/v1/mirror/plan"), { data: { namespaces: [edited] } });
  const { plan } = z.object({ plan: planSchema }).parse(await asked.json());
  await bo.goto(at(`/plans/${plan.id}`));
  await expect(bo.getByText("An approver decides about this plan.")).toBeVisible();
  await expect(bo.getByRole("button", { name: "Approve plan" })).toHaveCount(0);
  const refused = await bo.request.post(at(`/api/v1/plans/${plan.id}/approve`), { data: { hash: plan.hash } });
  expect(refused.status()).toBe(403);
  await bo.getByRole("textbox", { name: "Comment" }).fill("One customer, checked with them.");
  await bo.getByRole("button", { name: "Comment", exact: true }).click();
  await expect(bo.getByRole("listitem").filter({ hasText: "bo@example.org" })).toContainText("checked with them");

  await ada.goto(at(`/plans/${plan.id}`));
  await expect(ada.getByRole("listitem").filter({ hasText: "bo@example.org" })).toContainText("checked with them");
  await ada.getByRole("button", { name: "Approve plan" }).click();
  await expect(ada.getByRole("button", { name: "Withdraw approval" })).toBeVisible();

  const cy = await other(browser);
  await cy.goto(at("/login?next=%2Fconfiguration%2Faccount"));
  await cy.getByRole("button", { name: "Continue with single sign-on" }).click();
  await expect(cy.getByText("You are a viewer")).toBeVisible();
  await expect(cy.getByRole("heading", { name: "Tokens" })).toBeVisible();
  await expect(cy.getByRole("heading", { name: /password/i })).toHaveCount(0);
  await cy.getByRole("button", { name: "Sign out" }).click();
  await expect(cy).toHaveURL(/\/login/);

  await openWhole(ada, at("/configuration/audit"));
  const trail = ada.getByRole("table", { name: "Audit trail" });
  await expect(trail.getByRole("row").filter({ hasText: "cy@example.org" }).first()).toBeVisible();
  await expect(
    trail.getByRole("row").filter({ hasText: "bo@example.org" }).filter({ hasText: "Refused" }),
  ).toContainText(plan.id);
  await ada.getByRole("button", { name: "Verify" }).click();
  await expect(ada.getByText("The trail is whole")).toBeVisible();
  for (const address of ["/configuration/members", "/configuration/account", "/configuration/audit"]) {
    await openWhole(ada, at(address));
    expect(await violationsInBothColours(ada), address).toEqual([]);
    await ada.setViewportSize({ width: 390, height: 844 });
    expect(await overflowOf(ada), address).toBe(0);
    await ada.setViewportSize({ width: 1440, height: 900 });
  }
});

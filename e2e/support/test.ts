import { test as base, type Page, type Response } from "@playwright/test";
import { PageReport } from "./page-report";

export { expect } from "@playwright/test";

/** Opens a page of Portage and waits until it hears keys and clicks: what is pressed before is lost to it. */
async function whenReady(page: Page, open: Promise<Response | null>): Promise<Response | null> {
  const response = await open;
  if (response?.headers()["content-type"]?.includes("text/html"))
    await page.locator("html[data-ready]").waitFor({ state: "attached" });
  return response;
}

/** Makes `goto` and `reload` of a page wait. */
function waiting(page: Page): void {
  const [goto, reload] = [page.goto.bind(page), page.reload.bind(page)];
  page.goto = (url, options) => whenReady(page, goto(url, options));
  page.reload = (options) => whenReady(page, reload(options));
}

/** Playwright's test; its pages are ready when they have been opened, and a failure tells what they showed and asked for. */
export const test = base.extend({
  context: async ({ context }, use, testInfo) => {
    const pages: PageReport[] = [];
    context.on("page", (page) => {
      waiting(page);
      pages.push(new PageReport(page));
    });
    await use(context);
    if (testInfo.status === testInfo.expectedStatus) return;
    for (const page of pages) testInfo.errors.push({ message: await page.words() });
  },
});

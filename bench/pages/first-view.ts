import type { Browser } from "@playwright/test";

export type FirstView = {
  /** As they came over the wire. */
  scriptBytes: number;
  /** Cumulative layout shift, as browsers report it. */
  shift: number;
  /** Until the first byte of the document. */
  documentMs: number;
  /** Until a row of a table is there; `null` where the page has none. */
  firstRowMs: number | null;
};

/** A page counts as still after so long without a request. Milliseconds. */
const stillMs = 1500;

const watchShifts = `
  window.portageShift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.portageShift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  window.portageRow = null;
  const look = () => {
    if (document.querySelector("tbody tr td")) window.portageRow = performance.now();
    else requestAnimationFrame(look);
  };
  look();
`;

/** Opens a page with an empty cache, waits until it is still, and tells what that took. */
export async function firstView(
  browser: Browser,
  url: string,
  viewport: { width: number; height: number },
): Promise<FirstView> {
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  await page.addInitScript(watchShifts);
  const scripts: Promise<number>[] = [];
  let last = performance.now();
  page.on("request", () => {
    last = performance.now();
  });
  page.on("requestfinished", (request) => {
    if (request.resourceType() === "script") scripts.push(request.sizes().then((sizes) => sizes.responseBodySize));
  });
  await page.goto(url, { waitUntil: "load" });
  while (performance.now() - last < stillMs) await page.waitForTimeout(100);
  const number = async (expression: string) => Number(await page.evaluate(expression));
  const row = await page.evaluate("window.portageRow");
  const view = {
    scriptBytes: (await Promise.all(scripts)).reduce((sum, bytes) => sum + bytes, 0),
    shift: await number("window.portageShift"),
    documentMs: await number("performance.getEntriesByType('navigation')[0].responseStart"),
    firstRowMs: typeof row === "number" ? row : null,
  };
  await context.close();
  return view;
}

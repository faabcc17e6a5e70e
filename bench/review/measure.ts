import type { Browser, Page } from "@playwright/test";

/** Milliseconds, but for the last two. */
export type Measured = {
  firstRows: number[];
  jumped: number[];
  ends: number[];
  frames: number[];
  elements: number;
  heapMegabytes: number;
};

const opens = 5;
const scrolledMs = 4000;

/** Runs in the page before its own code: when the first row was there, and when the row in the middle of the window is. */
const watch = `(() => {
  const loaded = () => document.querySelector('[role=grid] tr[data-row] td [title]') !== null;
  const look = () => (loaded() ? (window.portageRowsAt = performance.now()) : requestAnimationFrame(look));
  requestAnimationFrame(look);
  window.portageFrame = () => document.querySelector('[role=grid]')?.parentElement;
  window.portageSettled = () => {
    const box = window.portageFrame().getBoundingClientRect();
    const y = (Math.max(0, box.top + 60) + Math.min(innerHeight - 80, box.bottom - 20)) / 2;
    const row = document.elementFromPoint(box.left + 60, y)?.closest('tr[data-row]');
    return row !== null && row !== undefined && row.querySelector('td [title]') !== null;
  };
  window.portageUntilSettled = (act) => new Promise((done) => {
    const from = performance.now();
    act();
    const look = () => (window.portageSettled() ? done(performance.now() - from) : requestAnimationFrame(look));
    requestAnimationFrame(() => requestAnimationFrame(look));
  });
})();`;

const number = (page: Page, expression: string) => page.evaluate<number>(expression);

/** Opens the page a few times, jumps about in it, and scrolls it. */
export async function measurePage(
  browser: Browser,
  { url, viewport, jumps }: { url: string; viewport: { width: number; height: number }; jumps: number },
): Promise<Measured> {
  // What is waited for is evaluated as text, which pages forbid.
  const context = await browser.newContext({ viewport, bypassCSP: true });
  await context.addInitScript(watch);
  const page = await context.newPage();
  const firstRows: number[] = [];
  for (let open = 0; open < opens; open++) {
    await page.goto(url);
    await page.waitForFunction("window.portageRowsAt !== undefined", undefined, { timeout: 60_000 });
    firstRows.push(await number(page, "window.portageRowsAt"));
  }
  await page.evaluate("window.portageFrame().scrollIntoView({ block: 'center' })");
  await page.waitForFunction("window.portageSettled()");
  const jumped: number[] = [];
  for (let jump = 0; jump < jumps; jump++) {
    const share = Math.random();
    jumped.push(
      await number(
        page,
        `window.portageUntilSettled(() => { const f = window.portageFrame(); f.scrollTop = ${share} * (f.scrollHeight - f.clientHeight); })`,
      ),
    );
    await page.waitForTimeout(200);
  }
  const ends: number[] = [];
  await page.evaluate("window.portageFrame().querySelector('tr[data-row]').focus({ preventScroll: true })");
  for (let press = 0; press < 10; press++) {
    const began = performance.now();
    await page.keyboard.press(press % 2 === 0 ? "End" : "Home");
    await page.waitForFunction(`(() => {
      const active = document.activeElement;
      return active?.getAttribute('aria-rowindex') === ${press % 2 === 0 ? "document.querySelector('[role=grid]').getAttribute('aria-rowcount')" : "'2'"} && active.querySelector('td [title]') !== null;
    })()`);
    ends.push(performance.now() - began);
  }
  const frames = await page.evaluate<number[]>(`new Promise((done) => {
    const frame = window.portageFrame();
    const times = [];
    const from = performance.now();
    let before = from;
    const step = (now) => {
      times.push(now - before);
      before = now;
      if (now - from > ${scrolledMs}) return done(times.slice(2));
      frame.scrollTop += 90;
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  })`);
  await page.waitForFunction("window.portageSettled()");
  const elements = await number(page, "document.querySelectorAll('*').length");
  const heapMegabytes = await number(page, "performance.memory.usedJSHeapSize / 1e6");
  await context.close();
  return { firstRows, jumped, ends, frames, elements, heapMegabytes };
}

import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";
import { moduleScript, succeeds } from "../build/run.mjs";

const say = (/** @type {string} */ text) => process.stderr.write(`${text}\n`);

/** The same places, in the same order, as playwright.config.ts looks in; the last one is Playwright's own. */
const candidates = () =>
  [
    process.env.CHROMIUM_PATH ?? "",
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    chromium.executablePath(),
  ].filter((file) => file !== "" && existsSync(file));

/** Whether the browser that the tests would take starts: a download without its system libraries doesn't. */
async function starts() {
  const [executablePath] = candidates();
  if (!executablePath) return false;
  try {
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
    await browser.close();
    return true;
  } catch (error) {
    say(`  ${executablePath} doesn't start: ${String(error).split("\n")[0]}`);
    return false;
  }
}

const isRoot = process.getuid?.() === 0;

/** How a browser can be had, in the order in which they are tried. */
const ways = [
  {
    name: "Debian's package chromium",
    possible: isRoot && existsSync("/usr/bin/apt-get"),
    async get() {
      const env = { DEBIAN_FRONTEND: "noninteractive" };
      await succeeds("apt-get", ["update", "-qq"], { env, quiet: true });
      return succeeds("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], { env, quiet: true });
    },
  },
  {
    name: "Playwright's own Chromium",
    possible: true,
    get: () => succeeds(process.execPath, [moduleScript("playwright/cli.js"), "install", "chromium"], { quiet: true }),
  },
];

/** Finds or gets a browser for the tests. Answers whether there is one, having said what is missing. */
export async function ensureBrowser() {
  if (await starts()) return true;
  for (const { name, possible, get } of ways) {
    if (!possible) continue;
    say(`Portage: no browser yet; getting ${name} ...`);
    if ((await get()) && (await starts())) return true;
  }
  say("Portage: the browser tests need Chromium, and it can't be had here by itself.");
  say("  Install it (Debian: apt-get install chromium), or set CHROMIUM_PATH to one, then run this again.");
  return false;
}

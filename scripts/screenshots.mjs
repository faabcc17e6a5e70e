/**
 * node scripts/screenshots.mjs [ADDRESS]: takes the README's pictures from the running app into docs/images/.
 * Works in the sandbox only, since it mirrors and starts a re-embedding there.
 */
import { existsSync, mkdirSync } from "node:fs";
import { chromium } from "@playwright/test";

const address = (process.argv[2] ?? "http://127.0.0.1:3000").replace(/\/$/, "");
const folder = "docs/images";
const executablePath = [process.env.CHROMIUM_PATH ?? "", "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (file) => file !== "" && existsSync(file),
);

async function ask(path, body) {
  const answer = await fetch(`${address}/api/v1${path}`, {
    ...(body ? { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {}),
  });
  const value = await answer.json();
  if (!answer.ok) throw new Error(`${path}: ${value.what ?? answer.status}`);
  return value;
}

const { mode } = await ask("/overview");
if (mode !== "sandbox") throw new Error("These pictures start a run: point the script at a Portage in the sandbox.");
/** Waits until a run is over. */
async function over({ id }) {
  while (!/^(succeeded|failed|cancelled)/.test((await ask(`/runs/${id}`)).state))
    await new Promise((resolve) => setTimeout(resolve, 200));
}

/** Analyses all namespaces, carries over the small ones one after the other, and looks again: a distance that moves. */
async function mirror() {
  const look = async (namespaces) => {
    const { plan, run } = await ask("/mirror/plan", namespaces ? { namespaces } : { all: true });
    await over(run);
    return plan;
  };
  await look();
  const { rows } = await ask("/fleet?sort=apart&limit=100");
  const small = rows.filter(({ name, standing }) => name !== "" && standing?.apart > 0 && standing.apart < 150);
  for (const { name } of small) {
    const { id } = await look([name]);
    const { hash } = await ask(`/plans/${id}`);
    const applied = await ask(`/plans/${id}/apply`, { hash });
    if (applied.run) await over(applied.run);
  }
  await look();
  await ask("/schedules", { all: true, cron: "0 3 * * *", maxUpdates: 500, maxUsd: 5 });
}

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: ["--no-sandbox"] });

/** One page as a picture, once `ready` is there. */
async function take(name, path, ready, { colorScheme = "light", width = 1280, height = 800 } = {}) {
  const page = await browser.newPage({
    colorScheme,
    reducedMotion: "reduce",
    viewport: { width, height },
    deviceScaleFactor: 1.5,
  });
  await page.goto(`${address}${path}`);
  await ready(page).first().waitFor({ timeout: 60_000 });
  await page.waitForFunction(
    () =>
      document.querySelectorAll("[aria-busy=true], main .animate-appear").length === 0 &&
      !document.body.innerText.includes("the live stream is not open"),
  );
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `${folder}/${name}.png` });
  await page.close();
  process.stdout.write(`${folder}/${name}.png\n`);
}

try {
  await mirror();
  await take("fleet", "/fleet", (page) => page.getByRole("img", { name: /^Records out of sync over/ }), {
    height: 900,
  });
  const { plan } = await ask("/reembed/plan", { all: true });
  const { run } = await ask("/reembed", { all: true, yes: true });
  const written = (page) =>
    page
      .locator("dl[aria-label=Outcome] dd")
      .first()
      .filter({ hasText: /\d,\d{3}/ });
  await take("run", `/runs/${run.id}`, written);
  await take("run-dark", `/runs/${run.id}`, written, { colorScheme: "dark" });
  await take("run-phone", `/runs/${run.id}`, written, { width: 390, height: 844 });
  await take("dashboard", "/", (page) => page.getByRole("table", { name: "Runs" }));
  await take("namespaces", "/namespaces", (page) => page.locator("tr[data-row]"));
  await take("estimate", `/migrate?all=true&plan=${plan.id}`, (page) => page.getByText("Portage will create"), {
    height: 1180,
  });
  await take(
    "clearance",
    "/clearance",
    (page) => page.getByRole("grid", { name: "Namespaces of the documents" }).locator("tr[data-row]"),
    { height: 1000 },
  );
} finally {
  await browser.close();
}

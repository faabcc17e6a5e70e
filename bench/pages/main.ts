/**
 * Every page as a browser first gets it: how much JavaScript, compressed, how far its layout moves, and how soon its first row is there.
 * Scripts count until the page has been still for a while, so also those that it fetches by itself after it is shown. The baseline is a
 * page of this server without any content: the frame that all pages share.
 */
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import { freePort, openChromium } from "../review/browser";
import { serve, stop } from "../serve";
import { type FirstView, firstView } from "./first-view";

const limits = { kilobytes: 200, shift: 0.05 };
const viewports = [
  ["desktop", { width: 1440, height: 900 }],
  ["phone", { width: 390, height: 844 }],
] as const;
const say = (text: string) => process.stdout.write(`${text}\n`);

async function ask<T>(url: string, shape: z.ZodType<T>, body?: unknown): Promise<T> {
  const answer = await fetch(url, {
    ...(body === undefined
      ? {}
      : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status.toString()}: ${await answer.text()}`);
  return shape.parse(await answer.json());
}

/** A plan to review and its run, so that those pages have something to show. */
async function prepare(origin: string): Promise<{ plan: string; run: string }> {
  const listed = z.object({ namespaces: z.array(z.object({ name: z.string() })) });
  const { namespaces } = await ask(`${origin}/api/v1/namespaces`, listed);
  const started = z.object({ plan: z.object({ id: z.string(), runId: z.string() }) });
  const { plan } = await ask(`${origin}/api/v1/mirror/plan`, started, {
    namespaces: namespaces.slice(0, 3).map(({ name }) => name),
  });
  const state = z.object({ state: z.string() });
  while ((await ask(`${origin}/api/v1/plans/${plan.id}`, state)).state === "planning")
    await new Promise((later) => setTimeout(later, 300));
  return { plan: plan.id, run: plan.runId };
}

function line(name: string, desktop: FirstView, phone: FirstView, frame: number): string {
  const kilobytes = desktop.scriptBytes / 1000;
  const shift = Math.max(desktop.shift, phone.shift);
  const wrong = kilobytes > limits.kilobytes || shift > limits.shift;
  if (wrong) process.exitCode = 1;
  return [
    name.padEnd(14),
    `${kilobytes.toFixed(0)} kB`.padStart(8),
    `${(kilobytes / frame).toFixed(2)} x`.padStart(8),
    shift.toFixed(3).padStart(8),
    `${desktop.documentMs.toFixed(0)} ms`.padStart(9),
    (desktop.firstRowMs === null ? "none" : `${desktop.firstRowMs.toFixed(0)} ms`).padStart(10),
    wrong ? "  over the limit" : "",
  ].join("");
}

const dataDir = await mkdtemp(path.join(os.tmpdir(), "portage-bench-"));
let server: ChildProcess | null = null;
try {
  const port = await freePort();
  server = await serve(dataDir, port);
  const origin = `http://127.0.0.1:${port.toString()}`;
  const made = await prepare(origin);
  const browser = await openChromium();
  const pages = {
    Dashboard: "/",
    Migrate: "/migrate",
    Mirroring: "/mirror",
    Clearance: "/clearance",
    Fleet: "/fleet",
    Runs: "/runs",
    Run: `/runs/${made.run}`,
    Plan: `/plans/${made.plan}`,
    Namespaces: "/namespaces",
    Configuration: "/configuration",
  };
  // The first answer of a page loads its code on the server: that isn't the page's own time.
  for (const address of Object.values(pages)) await fetch(origin + address);
  const frame = (await firstView(browser, `${origin}/nowhere`, viewports[0][1])).scriptBytes / 1000;
  say(
    `JavaScript on first view, compressed (limit ${limits.kilobytes.toString()} kB; the frame alone: ${frame.toFixed(0)} kB),`,
  );
  say(
    `layout shift on desktop or phone, whichever is worse (limit ${limits.shift.toString()}), first byte, first row:\n`,
  );
  for (const [name, address] of Object.entries(pages)) {
    const [desktop, phone] = await Promise.all(
      viewports.map(([, viewport]) => firstView(browser, origin + address, viewport)),
    );
    if (desktop && phone) say(line(name, desktop, phone, frame));
  }
  await browser.close();
} finally {
  await stop(server);
  await rm(dataDir, { recursive: true, force: true });
}
process.exit();

import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { type Browser, chromium } from "@playwright/test";

/** The machine's Chromium, one that CHROMIUM_PATH names, or Playwright's own. */
export function openChromium(): Promise<Browser> {
  const named = [
    process.env.CHROMIUM_PATH ?? "",
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
  ];
  const executablePath = named.find((file) => file !== "" && existsSync(file));
  return chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--enable-precise-memory-info"],
  });
}

/** A port of loopback that nobody listens on just now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === "string") throw new Error("No free port was found.");
  return address.port;
}

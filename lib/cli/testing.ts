import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { packageRoot } from "@/lib/package-root";

/** How a command ended, and what it said on the way. */
export type Ended = { code: number | null; out: string; error: string; seconds: number };

/** The command line as an operator starts it, a process for each command, in a folder of its own with a sandbox of its own. */
export type CommandLine = {
  /** The folder in which commands are started. */
  folder: string;
  dataDir: string;
  /** Runs a command to its end. */
  portage(...args: string[]): Promise<Ended>;
  /** Starts a command under settings of its own; see {@link ended}. */
  start(args: readonly string[], environment?: Record<string, string>): ChildProcess;
  remove(): void;
};

/** A new, empty place for commands. The first one builds what is older than its sources and fills the sandbox. */
export function openCommandLine(): CommandLine {
  const folder = mkdtempSync(path.join(os.tmpdir(), "portage-commands-"));
  const dataDir = path.join(folder, "data");
  const start: CommandLine["start"] = (args, environment = {}) =>
    spawn(process.execPath, [path.join(packageRoot, "bin", "portage.mjs"), ...args], {
      cwd: folder,
      env: { ...process.env, PORTAGE_DATA_DIR: dataDir, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
  return {
    folder,
    dataDir,
    portage: (...args) => ended(start(args)),
    start,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Waits for a command's end. */
export async function ended(child: ChildProcess): Promise<Ended> {
  const started = performance.now();
  let out = "";
  let error = "";
  child.stdout?.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    error += chunk;
  });
  const [code] = await once(child, "close");
  return { code, out, error, seconds: (performance.now() - started) / 1000 };
}

/** Waits until a command has said these words on stderr; fails when it ends before. */
export function saying(child: ChildProcess, words: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.once("close", (code) => reject(new Error(`ended with ${code} before it said ${words}: ${said}`)));
    child.stderr?.on("data", (chunk) => {
      said += chunk;
      if (said.includes(words)) resolve();
    });
  });
}

export const linesOf = (text: string): string[] => text.trimEnd().split("\n");

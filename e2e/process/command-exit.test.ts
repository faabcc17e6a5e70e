import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { limits } from "@/scripts/test/limits.mjs";

const root = path.resolve(import.meta.dirname, "../..");
const times = 30;
/** Side by side, each with a database of its own. */
const lanes = 2;
/** A command takes about a second; one that hangs at its end never ends. */

async function runCommands(times: number): Promise<void> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), "portage-exit-"));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  for (let time = 0; time < times; time++) {
    const child = spawn(process.execPath, ["bin/portage.mjs", "runs", "list", "--json"], {
      cwd: root,
      // Live, because the sandbox takes longer to start; reading the history asks no service.
      env: {
        ...process.env,
        PORTAGE_MODE: "live",
        PORTAGE_DATA_DIR: dataDir,
        PINECONE_API_KEY: "unused",
        GOOGLE_AI_API_KEY: "unused",
        DATABASE_URL: "",
      },
      stdio: ["ignore", "pipe", "inherit"],
      timeout: limits.command,
      killSignal: "SIGKILL",
    });
    let out = "";
    child.stdout.on("data", (chunk) => {
      out += chunk;
    });
    const [code, signal] = await once(child, "close");
    expect({ time, code, signal }).toEqual({ time, code: 0, signal: null });
    expect(JSON.parse(out)).toMatchObject({ runs: [] });
  }
}

test(`the command line ends, each of ${times} times, after it has had the embedded database open`, async () => {
  await Promise.all(Array.from({ length: lanes }, () => runCommands(times / lanes)));
});

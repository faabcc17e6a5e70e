import { vi } from "vitest";
import { openRuntime } from "@/lib/runtime/open";
import { prepareCommandLine } from "@/scripts/build/prepare.mjs";
import { serveHttpInterface } from "./http-interface.suite";
import { main } from "./main";
import { type CommandLine, type Ended, openCommandLine } from "./testing";

/** Commands that talk over HTTP to a server which has the data directory. */
export type ServedCommands = {
  commands: CommandLine;
  /** Runs a command's program in this process, which saves the start of one. One at a time. */
  portage(...args: string[]): Promise<Ended>;
  /** Stops the server: commands that are started after that open everything by themselves. */
  stopServing(): Promise<void>;
  close(): Promise<void>;
};

/** A server over a sandbox of its own, and the command line beside it. */
export async function serveCommands(): Promise<ServedCommands> {
  await prepareCommandLine();
  const commands = openCommandLine();
  const before = process.cwd();
  // Where an operator stands: no `.env` of somebody's is read.
  process.chdir(commands.folder);
  vi.stubEnv("PORTAGE_DATA_DIR", commands.dataDir);
  const runtime = await openRuntime({ engine: "thread", schedules: false, actor: "web", show: "none" });
  const { url, close } = await serveHttpInterface();
  runtime.announce(url);
  let serving = true;
  const stopServing = async () => {
    if (!serving) return;
    serving = false;
    close();
    await runtime.close();
  };
  return {
    commands,
    portage: inThisProcess,
    stopServing,
    async close() {
      await stopServing();
      vi.unstubAllEnvs();
      process.chdir(before);
      commands.remove();
    },
  };
}

async function inThisProcess(...args: string[]): Promise<Ended> {
  const started = performance.now();
  const said = { out: "", error: "" };
  const stdout = vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    said.out += chunk;
    return true;
  });
  const stderr = vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
    said.error += chunk;
    return true;
  });
  try {
    const code = await main(args);
    return { code, ...said, seconds: (performance.now() - started) / 1000 };
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
}

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { packageRoot } from "@/lib/package-root";

const megabytes = (name: string, pid: number | undefined) => {
  const kilobytes = new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Math.round(Number(kilobytes) / 1024);
};

/** Ticks of the processor that a process took; there are 100 a second on Linux. */
function ticks(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

/** What a server takes while nobody asks it anything: its memory after `ms`, and the share of one core meanwhile. */
export async function idle({ pid }: ChildProcess, ms: number): Promise<{ residentMb: number; core: number }> {
  // The start, or the last answer, has things to clear away.
  await delay(10_000);
  const before = ticks(pid);
  await delay(ms);
  return { residentMb: megabytes("VmRSS", pid), core: (ticks(pid) - before) / 100 / (ms / 1000) };
}

/** The most memory that a command had. */
export async function peakOf(words: readonly string[], environment: Record<string, string>): Promise<number> {
  const command = spawn(process.execPath, [path.join(packageRoot, "bin", "portage.mjs"), ...words], {
    stdio: "ignore",
    env: { ...process.env, ...environment },
  });
  const ended = once(command, "exit");
  let peak = 0;
  while (command.exitCode === null && command.signalCode === null) {
    try {
      // A process that is ending has none any more.
      peak = Math.max(peak, megabytes("VmHWM", command.pid) || 0);
    } catch {
      break;
    }
    await delay(20);
  }
  const [code] = await ended;
  if (code !== 0) throw new Error(`portage ${words.join(" ")} ended with ${code}.`);
  return peak;
}

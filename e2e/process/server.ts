import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { z } from "zod";
import { limits } from "@/scripts/test/limits.mjs";

const root = path.resolve(import.meta.dirname, "../..");

/** What each says once it works, with its address where it has one. */
const readyLines = { serve: /Portage is ready at (\S+)/, worker: /A worker is ready()/ };

/** `portage serve`, or `portage worker`, as an operator starts it, in a process of its own. */
export class Server {
  private child: ChildProcess | null = null;
  private said = "";
  url = "";

  constructor(
    private readonly environment: Record<string, string>,
    private readonly verb: keyof typeof readyLines = "serve",
  ) {}

  /** The process that works now; `null` when none does. */
  get pid(): number | null {
    return this.child?.pid ?? null;
  }

  /** Starts it and waits for its ready line. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, ["bin/portage.mjs", this.verb], {
      cwd: root,
      env: { ...process.env, NODE_ENV: "production", PORT: "0", ...this.environment },
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.child = child;
    this.said = "";
    child.stderr.on("data", (data: Buffer) => {
      this.said += data.toString();
    });
    const deadline = Date.now() + limits.start;
    for (;;) {
      const ready = readyLines[this.verb].exec(this.said)?.[1];
      if (ready !== undefined) {
        this.url = ready;
        return;
      }
      if (child.exitCode !== null || Date.now() > deadline)
        throw new Error(`The ${this.verb} didn't start:\n${this.said}`);
      await delay(20);
    }
  }

  /** What it printed since its start, where `pattern` finds its first group. */
  printed(pattern: RegExp): string {
    const found = pattern.exec(this.said)?.[1];
    if (found === undefined) throw new Error(`The ${this.verb} didn't print ${pattern}:\n${this.said}`);
    return found;
  }

  /** As the machine's power going off: no handler runs. */
  async kill(): Promise<void> {
    await this.end("SIGKILL");
  }

  async stop(): Promise<void> {
    await this.end("SIGTERM");
  }

  private async end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const { child } = this;
    this.child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  }

  /** Asks the HTTP interface; throws with its problem when it refuses. */
  async ask<T>(shape: z.ZodType<T>, method: "GET" | "POST", route: string, body?: object): Promise<T> {
    const response = await fetch(`${this.url}/api/v1${route}`, {
      method,
      ...(body ? { headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {}),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${JSON.stringify(answer)}`);
    return shape.parse(answer);
  }
}

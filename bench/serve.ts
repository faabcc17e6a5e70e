import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { packageRoot } from "@/lib/package-root";

/** Portage as operators start it, over its sandbox or over `services`; answers once it is ready. */
export async function serve(
  dataDir: string,
  port: number,
  services: Record<string, string> = { PORTAGE_MODE: "sandbox" },
): Promise<ChildProcess> {
  const server = spawn(process.execPath, ["scripts/start.mjs"], {
    cwd: packageRoot,
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...process.env,
      ...services,
      PORTAGE_DATA_DIR: dataDir,
      HOST: "127.0.0.1",
      PORT: String(port),
      DATABASE_URL: "",
    },
  });
  for (;;) {
    if (server.exitCode !== null) throw new Error("The server ended before it was ready.");
    const ready = await fetch(`http://127.0.0.1:${port}/api/health/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return server;
    await delay(250);
  }
}

export async function stop(server: ChildProcess | null): Promise<void> {
  if (!server || server.exitCode !== null) return;
  const ended = once(server, "exit");
  server.kill("SIGTERM");
  await ended;
}

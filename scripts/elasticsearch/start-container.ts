import { randomBytes } from "node:crypto";
import type { Access, NotObtained, Obtained } from "./obtained";
import { lastWords, runCommand } from "./run-command";
import type { ServerOptions } from "./start-local";
import { distributions } from "./versions";
import { waitForHealth } from "./wait-for-health";

const healthyWithinMs = 180_000;

/** Starts the vendor's image in a container of its own, on a free port of loopback. */
export async function startContainer(options: ServerOptions): Promise<Obtained | NotObtained> {
  const engine = await runCommand("docker", ["version", "--format", "{{.Server.Version}}"]);
  if (engine.code !== 0) return { ok: false, reason: "no Docker engine answers" };
  const [distribution] = distributions();
  if (distribution === undefined) return { ok: false, reason: "no version is known" };
  const password = randomBytes(12).toString("hex");
  const heap = options.heapMb ?? 512;
  const settings = {
    "discovery.type": "single-node",
    "xpack.security.enabled": "true",
    "xpack.security.http.ssl.enabled": "false",
    "cluster.routing.allocation.disk.threshold_enabled": "false",
    ...options.settings,
  };
  options.log(`Starting ${distribution.image} in Docker`);
  const started = await runCommand(
    "docker",
    [
      ...["run", "--detach", "--rm", "--publish", "127.0.0.1::9200", "--env", "ELASTIC_PASSWORD"],
      ...["--env", `ES_JAVA_OPTS=-Xms${heap}m -Xmx${heap}m`],
      ...Object.entries(settings).flatMap(([key, value]) => ["--env", `${key}=${value}`]),
      distribution.image,
    ],
    { env: { ...process.env, ELASTIC_PASSWORD: password } },
  );
  const container = started.output.trim().split("\n").at(-1) ?? "";
  if (started.code !== 0) return { ok: false, reason: `Docker could not start it: ${lastWords(started.output)}` };
  const stop = async () => {
    await runCommand("docker", ["stop", container]);
  };
  try {
    const port = /:(\d+)\s*$/m.exec((await runCommand("docker", ["port", container, "9200/tcp"])).output)?.[1];
    if (port === undefined) throw new Error("Docker names no port for it");
    const access: Access = { url: `http://127.0.0.1:${port}`, username: "elastic", password };
    await waitForHealth(access, healthyWithinMs, () => null);
    return { ok: true, access, how: `${distribution.image} in Docker`, stop };
  } catch (error) {
    await stop();
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

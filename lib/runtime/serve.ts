import { createServer } from "node:http";
import path from "node:path";
import { type KeptCanaries, keepCanaries } from "@/lib/actions/canary/keep-canaries";
import { firstAdminLink } from "@/lib/auth/invitations";
import { type Config, readConfig } from "@/lib/config";
import { refuseOpenServer } from "@/lib/config/login";
import { isOperatorError, OperatorError } from "@/lib/operator-error";
import { packageRoot } from "@/lib/package-root";
import { compressedFiles } from "./compressed-files";
import { readHolder } from "./data-lock";
import { openDoor } from "./door";
import { type Answering, type GuardedServer, listen } from "./http-server";
import { openRuntime, type Runtime } from "./open";
import { tidyMemory } from "./tidy-memory";
import { outliveReaders } from "./unread-output";
import { untilStopped } from "./until-stopped";

export type ServeOptions = {
  /** Pages are compiled as they are asked for and reload when a file changes. */
  dev?: boolean;
  /** Where lines for the operator go; stderr when left out. */
  say?: (line: string) => void;
};

/**
 * Serves the web app and works on runs until SIGINT or SIGTERM. The first signal lets the batches in flight end, the second one
 * stops at once; nothing is lost either way.
 * @returns the exit code: the caller ends the process with it.
 * @throws OperatorError when it can't start: `port-taken`, `data-directory-locked`, ...
 */
export async function serve({ dev = false, say = toStderr }: ServeOptions = {}): Promise<number> {
  outliveReaders();
  const config = readConfig();
  refuseOpenServer(config);
  let answer: (answering: Answering) => void = () => {};
  const answering = new Promise<Answering>((resolve) => {
    answer = resolve;
  });
  const server = await listenUnlessHeld(config, answering);
  // Next listens for upgrades by itself; on this server, which listens to nobody, it hears only those that passed the guard.
  const inner = createServer();
  const port = Number(new URL(server.url).port);
  const opening = openRuntime({ engine: "thread", actor: "web", show: "all" });
  // It may fail before it is waited for.
  opening.catch(() => {});
  try {
    // Read while the threads start, which take as long.
    const { default: next } = await import("next");
    const app = next({ dev, dir: packageRoot, hostname: config.host, port, httpServer: inner });
    const [runtime] = await Promise.all([opening, app.prepare()]);
    runtime.announce(server.url);
    const pages = app.getRequestHandler();
    const file = dev ? () => false : compressedFiles(path.join(packageRoot, ".next", "static"));
    const url = config.publicUrl ?? server.url;
    const door = await openDoor(runtime.context, url);
    const used = tidyMemory();
    answer({
      instance: runtime.instance,
      door,
      request(request, response) {
        used();
        return file(request, response) || pages(request, response);
      },
      // Only pages that reload while they are developed have a use for one; nobody would ever end the others.
      upgrade: (request, socket, head) => (dev && inner.emit("upgrade", request, socket, head)) || socket.destroy(),
    });
    const canaries = keepCanaries(runtime.context);
    say(readyLine(url, runtime.config));
    await sayFirstAdmin(runtime, url, say);
    return await untilStopped(runtime, say, () => stop(server, runtime, canaries));
  } catch (error) {
    server.end();
    await opening.then((runtime) => runtime.close()).catch(() => {});
    throw error;
  }
}

/** Where everybody signs in and nobody could: a link that makes the first admin, once. */
async function sayFirstAdmin({ config, context }: Runtime, url: string, say: (line: string) => void): Promise<void> {
  if (config.login === null) return;
  const secret = await firstAdminLink(context.database);
  if (secret !== null)
    say(`Nobody can sign in yet. Become the first admin, within 7 days: ${url}/invitation#${secret}`);
}

/** Streams of events stay open until the engine has said its last word. */
async function stop(server: GuardedServer, runtime: Runtime, canaries: KeptCanaries): Promise<void> {
  server.close();
  await canaries.stop();
  await runtime.close();
  server.end();
}

/** A Portage that already serves this data directory explains a taken port better than the port does. */
async function listenUnlessHeld(config: Config, answering: Promise<Answering>): Promise<GuardedServer> {
  try {
    return await listen(config, answering);
  } catch (error) {
    const holder = readHolder(config.dataDir);
    if (!isOperatorError(error) || !holder?.url) throw error;
    throw new OperatorError({
      kind: "usage",
      code: "data-directory-locked",
      what: `Portage already serves this data directory at ${holder.url} (process ${holder.pid}).`,
      notLost: "It goes on undisturbed.",
      next: `Open ${holder.url}, or stop it first (kill ${holder.pid}).`,
      cause: error,
    });
  }
}

function readyLine(url: string, { mode, dataDir }: Config): string {
  const world = mode === "sandbox" ? "sandbox, nothing leaves this machine" : "live, with real services and costs";
  return `Portage is ready at ${url} (${world}; data in ${dataDir}). Ctrl-C stops it.`;
}

function toStderr(line: string): void {
  process.stderr.write(`${line}\n`);
}

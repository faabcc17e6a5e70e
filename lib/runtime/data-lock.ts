import { randomUUID } from "node:crypto";
import { chmodSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { codeOf, unusableFolder } from "@/lib/db/refusals";
import { type KernelLock, takeKernelLock } from "@/lib/kernel-lock";
import { OperatorError } from "@/lib/operator-error";
import { type Machine, thisMachine } from "./machine";
import { processStart } from "./process-identity";

const holderSchema = z.object({
  pid: z.number(),
  /** See {@link processStart}. */
  started: z.string(),
  /** Where the holder serves, once it does. */
  url: z.string().nullable(),
  /** Where its stand-ins serve, in sandbox mode: settings for others of this machine. */
  sandbox: z.record(z.string(), z.string()).nullable(),
  /** Names this holding; its server sends it along with every answer. Empty: held by a version that had no lock of the kernel. */
  id: z.string().default(""),
  machine: z.object({ host: z.string(), boot: z.string(), processes: z.string() }).nullable().default(null),
  since: z.string().default(""),
});

/** The process that has a data directory for itself. */
export type Holder = z.infer<typeof holderSchema>;

export type DataLock = {
  /** See {@link Holder}. */
  readonly id: string;
  /** Tells others where this process can be reached. */
  announce(where: Partial<Pick<Holder, "url" | "sandbox">>): void;
  release(): void;
};

/** With which a server sends the `id` of its hold along. */
export const instanceHeader = "x-portage-instance";

const fileOf = (dataDir: string) => path.join(dataDir, "lock.json");

/** Who holds the data directory now, or may hold it on another machine; `null` when nobody does, or its holder has died. */
export function readHolder(dataDir: string): Holder | null {
  const holder = parse(fileOf(dataDir));
  if (!holder) return null;
  try {
    const lock = takeKernelLock(dataDir);
    if (lock === "taken") return holder;
    const gone = isGone(holder, lock !== "unsupported");
    if (lock !== "unsupported") lock.release();
    return gone ? null : holder;
  } catch {
    // Another user's, or on a disk that can be read only: whoever wants to write there is told why it can't.
    return holder;
  }
}

/** Whether a holder runs where its process ID and its address of loopback mean the same as here. */
export function isNear({ machine }: Holder, own: Machine = thisMachine()): boolean {
  return machine === null || (machine.host === own.host && machine.processes === own.processes);
}

/**
 * Whether a holder that has no lock of this kernel has died for certain.
 * @param sure the kernel was asked, and keeps no lock of anybody
 */
function isGone(holder: Holder, sure: boolean): boolean {
  const own = thisMachine();
  const { machine } = holder;
  if (machine === null) return !runs(holder);
  if (!sure) return isNear(holder, own) && !runs(holder);
  // The same kernel would know of it; a host that has started again since left nobody behind.
  return (machine.boot !== "" && machine.boot === own.boot) || machine.host === own.host;
}

function runs({ pid, started }: Holder): boolean {
  const now = processStart(pid);
  return now !== null && (now === started || now === "" || started === "");
}

/** Whoever asks for the holder has the lock for a moment. Milliseconds. */
const patience = 300;
const pause = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);

/**
 * Takes the data directory for this process, for as long as it lives. The lock of a process that has died is taken over; one that may be somebody
 * else's never is.
 * @throws OperatorError `data-directory-locked` naming the holder, `data-directory-unusable`
 */
export function lockDataDirectory(dataDir: string): DataLock {
  const file = fileOf(dataDir);
  const own: Holder = {
    pid: process.pid,
    started: processStart(process.pid) ?? "",
    url: null,
    sandbox: null,
    id: randomUUID(),
    machine: thisMachine(),
    since: new Date().toISOString(),
  };
  let kernel: KernelLock | "unsupported";
  try {
    makePrivate(dataDir);
    kernel = lockFolder(dataDir);
    const sure = kernel !== "unsupported";
    while (!claim(file, own)) {
      const holder = parse(file);
      if (holder && !isGone(holder, sure)) {
        if (kernel !== "unsupported") kernel.release();
        throw locked(dataDir, holder);
      }
      removeStale(file, sure);
    }
  } catch (error) {
    throw error instanceof OperatorError ? error : unusableFolder(dataDir, error);
  }
  const forget = () => {
    if (parse(file)?.id === own.id) rmSync(file, { force: true });
  };
  process.once("exit", forget);
  return {
    id: own.id,
    announce(where) {
      Object.assign(own, where);
      const next = aside(file);
      writeFileSync(next, JSON.stringify(own), { mode: 0o600 });
      renameSync(next, file);
    },
    release() {
      process.off("exit", forget);
      forget();
      if (kernel !== "unsupported") kernel.release();
    },
  };
}

/** For its owner alone, also where somebody else made it. */
function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { mode, uid } = statSync(folder);
  if ((mode & 0o077) !== 0 && uid === process.getuid?.()) chmodSync(folder, 0o700);
}

function lockFolder(dataDir: string): KernelLock | "unsupported" {
  for (const until = Date.now() + patience; ; pause()) {
    const lock = takeKernelLock(dataDir);
    if (lock !== "taken") return lock;
    if (Date.now() > until) throw locked(dataDir, parse(fileOf(dataDir)));
  }
}

const aside = (file: string) => `${file}.${process.pid}`;

function parse(file: string): Holder | null {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}

/** Written aside and linked, so that the file is there at once with all that it says, or belongs to somebody else. */
function claim(file: string, own: Holder): boolean {
  const next = aside(file);
  writeFileSync(next, JSON.stringify(own), { mode: 0o600 });
  try {
    linkSync(next, file);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(next, { force: true });
  }
}

/** Moves it away first: where the kernel keeps no locks, of several that find the same stale one only one does. */
function removeStale(file: string, sure: boolean): void {
  const stale = `${aside(file)}.stale`;
  try {
    renameSync(file, stale);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  const holder = parse(stale);
  if (holder && !isGone(holder, sure)) claim(file, holder);
  rmSync(stale, { force: true });
}

function locked(dataDir: string, holder: Holder | null): OperatorError {
  const near = holder !== null && isNear(holder);
  const where = holder?.url ? ` and serves at ${holder.url}` : "";
  const host = holder?.machine ? ` on ${holder.machine.host}` : "";
  const since = holder?.since ? `, since ${holder.since.slice(0, 16).replace("T", " ")} UTC` : "";
  const who = holder ? ` (process ${holder.pid}${host}${since})` : "";
  return new OperatorError({
    kind: "usage",
    code: "data-directory-locked",
    what: `Another Portage${who} uses the data directory ${dataDir}${where}.`,
    notLost: "Nothing was started; the other one goes on.",
    next: near
      ? `Use that one, stop it (kill ${holder.pid}), or set PORTAGE_DATA_DIR to another folder.`
      : `Use that one, stop it where it runs, or set PORTAGE_DATA_DIR to another folder. Only if it is certain that it has ended, or that this folder is a copy, remove ${fileOf(dataDir)}.`,
  });
}

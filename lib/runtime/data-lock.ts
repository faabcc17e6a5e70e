import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { codeOf, unusableFolder } from "@/lib/db/refusals";
import { OperatorError } from "@/lib/operator-error";
import { processStart } from "./process-identity";

const holderSchema = z.object({
  pid: z.number(),
  /** See {@link processStart}. */
  started: z.string(),
  /** Where the holder serves, once it does. */
  url: z.string().nullable(),
  /** Where its stand-ins serve, in sandbox mode: settings for others of this machine. */
  sandbox: z.record(z.string(), z.string()).nullable(),
});

/** The process that has a data directory for itself. */
export type Holder = z.infer<typeof holderSchema>;

export type DataLock = {
  /** Tells others of this machine where this process can be reached. */
  announce(where: Partial<Pick<Holder, "url" | "sandbox">>): void;
  release(): void;
};

const fileOf = (dataDir: string) => path.join(dataDir, "lock.json");

/** Who holds the data directory now; `null` when nobody does, or its holder has died. */
export function readHolder(dataDir: string): Holder | null {
  const holder = parse(fileOf(dataDir));
  if (!holder) return null;
  const started = processStart(holder.pid);
  return started !== null && (started === holder.started || started === "" || holder.started === "") ? holder : null;
}

/**
 * Takes the data directory for this process; the lock of a process that has died is taken over.
 * @throws OperatorError `data-directory-locked` naming the holder, `data-directory-unusable`
 */
export function lockDataDirectory(dataDir: string): DataLock {
  const file = fileOf(dataDir);
  const own: Holder = { pid: process.pid, started: processStart(process.pid) ?? "", url: null, sandbox: null };
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    while (!claim(file, own)) {
      const holder = readHolder(dataDir);
      if (holder) throw locked(dataDir, holder);
      removeStale(file);
    }
  } catch (error) {
    throw error instanceof OperatorError ? error : unusableFolder(dataDir, error);
  }
  const release = () => {
    if (parse(file)?.pid === process.pid) rmSync(file, { force: true });
  };
  process.once("exit", release);
  return {
    announce(where) {
      Object.assign(own, where);
      const next = aside(file);
      writeFileSync(next, JSON.stringify(own), { mode: 0o600 });
      renameSync(next, file);
    },
    release() {
      process.off("exit", release);
      release();
    },
  };
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

/** Moves it away first: of several that find the same stale lock, only one does, and none removes a lock that is new. */
function removeStale(file: string): void {
  const stale = `${aside(file)}.stale`;
  try {
    renameSync(file, stale);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  const holder = parse(stale);
  const alive = holder && processStart(holder.pid) === holder.started;
  if (alive) claim(file, holder);
  rmSync(stale, { force: true });
}

function locked(dataDir: string, holder: Holder): OperatorError {
  const where = holder.url ? ` and serves at ${holder.url}` : "";
  return new OperatorError({
    kind: "usage",
    code: "data-directory-locked",
    what: `Another Portage (process ${holder.pid}) uses the data directory ${dataDir}${where}.`,
    notLost: "Nothing was started; the other one goes on.",
    next: `Use that one, stop it (kill ${holder.pid}), or set PORTAGE_DATA_DIR to another folder.`,
  });
}

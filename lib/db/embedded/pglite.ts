import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { z } from "zod";
import { closeToOthers, copyPrivately, readyMade } from "@/lib/ready-made";
import { Session } from "./session";

export type EmbeddedOptions = {
  /** Folder of the database's files; `null` keeps it in memory. */
  folder: string | null;
  /** For the few statements of one command: buffers for a long life aren't laid out first. */
  brief?: boolean;
  /** Files to begin with, as `dumpDataDir` gave them: for tests. */
  seed?: Blob;
  /** See `SessionOptions`. */
  idleInTransactionMs?: number;
};

/**
 * PostgreSQL's own default of 128 stays in the process for good once a long history was read through it. What isn't in these buffers comes from
 * the operating system's, a copy away.
 */
const buffersMb = 32;

export type Embedded = {
  session: Session;
  dump(): Promise<Blob>;
  close(): Promise<void>;
};

/**
 * Opens (creating it if need be) the PostgreSQL that is compiled to WebAssembly. A commit that was acknowledged survives the
 * death of the process. Two processes on one folder lose each other's rows: hold the data directory's lock.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  if (options.folder !== null) await createOnce(options.folder);
  const engine = await PGlite.create({
    ...(options.folder === null ? {} : { dataDir: options.folder }),
    startParams: [...PGlite.defaultStartParams, "-c", `shared_buffers=${options.brief === true ? 8 : buffersMb}MB`],
    ...(options.seed ? { loadDataDir: options.seed } : {}),
  });
  // It gives some files to everybody, and makes them again each time that it opens.
  if (options.folder !== null) closeToOthers(options.folder);
  // The queue's unqualified names lie in its own schema. Portage's are capitalised, so neither hides the other's.
  await engine.exec("SET search_path = public, bullmq; SET TimeZone = 'UTC'");
  const version = z
    .object({ server_version: z.string() })
    .parse((await engine.query("SHOW server_version")).rows[0]).server_version;
  const execute = async (batch: Uint8Array) => {
    const chunks: Uint8Array[] = [];
    // The bytes handed out are a view of the engine's memory, which the next call overwrites.
    await engine.execProtocolRawStream(batch, { onRawData: (bytes) => void chunks.push(bytes.slice()) });
    return Buffer.concat(chunks);
  };
  return {
    session: new Session({
      execute,
      serverVersion: version,
      ...(options.idleInTransactionMs === undefined ? {} : { idleInTransactionMs: options.idleInTransactionMs }),
    }),
    dump: () => engine.dumpDataDir("none"),
    close: () => engine.close(),
  };
}

/**
 * Creates the files under another name first, so that a process that dies meanwhile leaves no half-made database. Those that the build made ready
 * are copied: making them from nothing takes seconds.
 */
async function createOnce(folder: string): Promise<void> {
  if (existsSync(path.join(folder, "PG_VERSION"))) return;
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const made = readyMade("database");
  if (made !== null) copyPrivately(made, unfinished);
  else {
    mkdirSync(unfinished, { recursive: true, mode: 0o700 });
    await (await PGlite.create(unfinished)).close();
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(unfinished, folder);
}

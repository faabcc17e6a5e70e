import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { MessageChannel } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import { z } from "zod";
import { Session } from "@/lib/db/embedded/session";
import { closeToOthers, copyPrivately } from "@/lib/ready-made";
import { fillTables } from "./fill-tables";
import type { Served } from "./listen";

export type OpenOptions = {
  /** `null`: in memory. */
  folder: string | null;
  /** One that the build has filled, to begin with. */
  made?: string | null;
};

/** Opens, and fills on first use, the PostgreSQL with pgvector that is compiled to WebAssembly. */
export async function openPostgres({ folder, made = null }: OpenOptions): Promise<Served & { session: Session }> {
  if (folder !== null) await createOnce(folder, made);
  const engine = await open(folder);
  if (folder === null) await fillTables(engine);
  else closeToOthers(folder);
  const identity = z
    .object({ version: z.string(), process: z.number() })
    .parse(
      (await engine.query("SELECT current_setting('server_version') AS version, pg_backend_pid() AS process")).rows[0],
    );
  const session = new Session({
    execute: async (batch) => {
      const chunks: Uint8Array[] = [];
      // The bytes handed out are a view of the engine's memory, which the next call overwrites.
      await engine.execProtocolRawStream(batch, { onRawData: (bytes) => void chunks.push(bytes.slice()) });
      return Buffer.concat(chunks);
    },
    serverVersion: identity.version,
    // As a server does, for each of its clients: to them it is one.
    privately: { processId: identity.process },
  });
  return {
    session,
    connect: () => {
      const { port1, port2 } = new MessageChannel();
      session.serve(port2);
      return port1;
    },
    close: () => engine.close(),
  };
}

const open = (folder: string | null) =>
  PGlite.create({ ...(folder === null ? {} : { dataDir: folder }), extensions: { vector } });

/** Under another name first: a process that dies meanwhile leaves no half-filled database. */
async function createOnce(folder: string, made: string | null): Promise<void> {
  if (existsSync(path.join(folder, "PG_VERSION"))) return;
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  if (made !== null) copyPrivately(made, unfinished);
  else {
    mkdirSync(unfinished, { recursive: true, mode: 0o700 });
    const engine = await open(unfinished);
    await fillTables(engine);
    await engine.close();
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(unfinished, folder);
}

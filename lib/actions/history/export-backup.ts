import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { createGunzip } from "node:zlib";
import { z } from "zod";
import { writeBackup } from "@/lib/db/backup/write-backup";
import { version } from "@/package.json";
import type { Context } from "../verbs/context";
import { parseInput } from "../verbs/parse-input";
import type { AnyDownload } from "../verbs/verb";

const input = z.strictObject({});

/** Written whole before the first line is sent: a slow reader must not keep the database in one moment. */
async function* backupLines({ config, database }: Pick<Context, "config" | "database">): AsyncGenerator<string> {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const file = path.join(config.dataDir, `backup-${randomUUID()}.part`);
  try {
    await writeBackup(database, file, version);
    const unzipped = createGunzip().setEncoding("utf8");
    const source = createReadStream(file);
    source.once("error", (error) => unzipped.destroy(error));
    for await (const chunk of source.pipe(unzipped)) yield String(chunk);
  } finally {
    await rm(file, { force: true });
  }
}

export const backupExport: AnyDownload = {
  name: "exportBackup",
  role: "admin",
  summary: "All of Portage's own data as it stands now: connections (secrets sealed), routes, plans, runs, schedules.",
  path: "/backup",
  input,
  async open(ctx, raw) {
    parseInput(input, raw);
    return { type: "application/x-ndjson", fileName: "portage-backup.jsonl", chunks: backupLines(ctx) };
  },
};

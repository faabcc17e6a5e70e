import { Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { backupExport } from "@/lib/actions/history/export-backup";
import { exitCodes, OperatorError } from "@/lib/operator-error";
import { restore } from "@/lib/runtime/restore";
import { textLines } from "@/lib/text/text-lines";
import type { CommonOptions } from "../options";
import { Terminal } from "../terminal";
import { withTransport } from "../transport";
import { bytes, moment, number } from "../words/words";
import { writeFile } from "../write-file";

/** A backup that breaks off is none: it lacks its last line. */
async function* wholeLines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let last = "";
  for await (const line of textLines(chunks)) {
    last = line;
    yield `${line}\n`;
  }
  if (last.startsWith('{"end":true')) return;
  throw new OperatorError({
    kind: "failed",
    code: "backup-incomplete",
    what: "The backup broke off before its end.",
    notLost: "No file was written, and nothing was changed.",
    next: "Try again; the log says what went wrong.",
  });
}

/** `portage backup FILE`: all of Portage's own data as it stands at one moment, also while it serves. */
export async function backup(file: string, options: CommonOptions): Promise<number> {
  const terminal = new Terminal(options);
  const size = await withTransport({ works: false }, (transport) => {
    const zipped = Readable.from(wholeLines(transport.download(backupExport, {}))).compose(createGzip());
    return writeFile(file, zipped);
  });
  terminal.document({ file, bytes: size });
  terminal.text(`Wrote ${file}, ${bytes(size)}.`);
  terminal.note(
    "Secrets of connections are in it sealed: keep PORTAGE_SECRET_KEY, or the data folder's secret.key, elsewhere.",
  );
  return exitCodes.done;
}

/** `portage restore FILE`: into an unused database, whole or not at all. */
export async function restoreFrom(file: string, options: CommonOptions): Promise<number> {
  const terminal = new Terminal(options);
  const { rows, madeAt, dataDir } = await restore(file);
  terminal.document({ file, rows, madeAt });
  terminal.text(
    `Restored ${number(rows)} rows as of ${moment(madeAt)} into ${dataDir ?? "the database that DATABASE_URL names"}.`,
  );
  terminal.note(
    "Runs that were under way resume with the next start. Stop the Portage that the backup came from first.",
  );
  return exitCodes.done;
}

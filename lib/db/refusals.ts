import { accessSync, constants, existsSync, statfsSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { OperatorError } from "@/lib/operator-error";

const NOTHING_CHANGED = "Nothing was changed and nothing was spent.";

const failure = z.object({ code: z.string().optional(), message: z.string() });

/** The code that Node or PostgreSQL (SQLSTATE) gave an error, if any. */
export function codeOf(error: unknown): string | undefined {
  return failure.safeParse(error).data?.code;
}

/** `host:port/database` of a database URL: what may be shown of it. */
function placeOf(url: string): string {
  if (!URL.canParse(url)) return "the address in DATABASE_URL";
  const { hostname, port, pathname } = new URL(url);
  return `${hostname}:${port || "5432"}${pathname}`;
}

/** The database in DATABASE_URL doesn't let us in. The message holds neither user nor password. */
export function unreachable(url: string, error: unknown): OperatorError {
  const code = codeOf(error);
  const reasons: Record<string, string> = {
    "28P01": "refuses the password",
    "28000": "refuses the user",
    "3D000": "has no such database",
    "53300": "has no connection left",
    "57P03": "is starting up",
    ECONNREFUSED: "refuses connections",
    ENOTFOUND: "is a host that isn't known",
    ETIMEDOUT: "doesn't answer",
  };
  const reason = (code && reasons[code]) ?? `can't be reached${code ? ` (${code})` : ""}`;
  return new OperatorError({
    kind: "usage",
    code: "database-unreachable",
    what: `The database at ${placeOf(url)} ${reason}.`,
    notLost: NOTHING_CHANGED,
    next: "Check DATABASE_URL and that the server runs, or leave DATABASE_URL out to use the embedded database.",
    cause: error,
  });
}

export function tooOld(version: string): OperatorError {
  return new OperatorError({
    kind: "usage",
    code: "database-too-old",
    what: `The database server is PostgreSQL ${version}; Portage needs 14 or newer.`,
    notLost: NOTHING_CHANGED,
    next: "Point DATABASE_URL at a newer server, or leave it out to use the embedded database.",
  });
}

export function newerThanCode(names: readonly string[]): OperatorError {
  return new OperatorError({
    kind: "usage",
    code: "database-newer",
    what: `The database was last used by a newer Portage: it has ${names.join(", ")}, which this version doesn't know.`,
    notLost: "Its contents were left as they are.",
    next: "Start the newer version, or point PORTAGE_DATA_DIR or DATABASE_URL at another database.",
  });
}

export function failedEarlier(names: readonly string[]): OperatorError {
  return new OperatorError({
    kind: "usage",
    code: "migration-failed-earlier",
    what: `An earlier change of the database's tables didn't finish: ${names.join(", ")}.`,
    notLost: "Its contents were left as they are.",
    next: "Restore a backup, or fix the tables and mark it with `prisma migrate resolve`; then start again.",
  });
}

export function migrationFailed(name: string, error: unknown): OperatorError {
  return new OperatorError({
    kind: "failed",
    code: "migration-failed",
    what: `Changing the database's tables failed at ${name}.`,
    notLost: "That change was rolled back; the contents are as before.",
    next: "See the log for the database's own words; free space or fix permissions, then start again.",
    cause: error,
  });
}

/** The embedded database's folder can't be used: disk full, no permission, damaged. */
export function unusableFolder(folder: string, error: unknown): OperatorError {
  const words: Record<string, [what: string, next: string]> = {
    ENOSPC: ["There is no space left on the disk", "Free some space, then start again."],
    EDQUOT: ["The disk quota is used up", "Free some space, then start again."],
    EACCES: ["Permission is missing", "Give this user the right to write there, or set PORTAGE_DATA_DIR."],
    EPERM: ["Permission is missing", "Give this user the right to write there, or set PORTAGE_DATA_DIR."],
    EROFS: ["The disk is read-only", "Set PORTAGE_DATA_DIR to a folder that can be written."],
    ENOTDIR: ["There is a file where a folder is expected", "Set PORTAGE_DATA_DIR to a folder."],
    EEXIST: ["There is a file where a folder is expected", "Set PORTAGE_DATA_DIR to a folder."],
  };
  const [what, next] = words[codeOf(error) ?? ""] ??
    words[whatAilsDisk(folder)] ?? [
      "The embedded database doesn't open",
      "Look into the log for the reason; with a copy of that folder kept safe, another PORTAGE_DATA_DIR starts afresh.",
    ];
  return new OperatorError({
    kind: "usage",
    code: "data-directory-unusable",
    what: `${what}: ${folder}.`,
    notLost: "What was committed before is still on the disk.",
    next,
    cause: error,
  });
}

const ROOM_NEEDED_BYTES = 2 ** 20;

/** The embedded database's own errors don't say why a file couldn't be written: the disk does. */
function whatAilsDisk(folder: string): string {
  if (!existsSync(folder)) return path.dirname(folder) === folder ? "" : whatAilsDisk(path.dirname(folder));
  try {
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < ROOM_NEEDED_BYTES ? "ENOSPC" : "";
  } catch (error) {
    return codeOf(error) ?? "";
  }
}

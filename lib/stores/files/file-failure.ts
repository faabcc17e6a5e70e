import { type FailureCode, isServiceFailure, ServiceFailure } from "@/lib/failures";
import { BusyFile, FormatError } from "@/lib/formats/format-error";
import { MovedUnderway } from "./moments";

const codeByErrno: Record<string, FailureCode> = {
  ENOENT: "not-found",
  ENOTDIR: "not-found",
  EACCES: "not-permitted",
  EPERM: "not-permitted",
  ENOSPC: "unavailable",
  EDQUOT: "unavailable",
  EMFILE: "unavailable",
  EIO: "unavailable",
};
const wordsByCode: Partial<Record<FailureCode, (path: string) => string>> = {
  "not-found": (path) => `there is nothing at ${path}`,
  "not-permitted": (path) => `the user that Portage runs as may not read ${path}`,
};

/** Translates what went wrong while files were read. A fault of Portage's own stays as it is. */
export function failureOfFiles(service: string, operation: string, error: unknown): unknown {
  if (isServiceFailure(error)) return error;
  const fail = (code: FailureCode, message: string, next?: string) =>
    new ServiceFailure({ code, service, operation, message, cause: error, ...(next && { next }) });
  if (error instanceof MovedUnderway)
    return fail(
      "unavailable",
      `${service}: the files went on changing while they were read; nothing of it was used`,
      "Let the program that writes them finish, or stop it, and try again.",
    );
  if (error instanceof BusyFile) return fail("unavailable", `${service}: ${error.message}`);
  if (error instanceof FormatError) return fail("invalid", `${service}: ${error.message}`);
  const errno = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
  const code = errno === null ? undefined : codeByErrno[errno];
  if (code === undefined) return error;
  const at = error instanceof Error && "path" in error && typeof error.path === "string" ? error.path : "its path";
  return fail(code, `${service} can't be read: ${wordsByCode[code]?.(at) ?? `the disk failed at ${at}`} (${errno})`);
}

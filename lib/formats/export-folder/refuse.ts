import { FormatError, type FormatFault } from "../format-error";

/** An error of an export folder: what happened, what was not lost, what to do next. */
export function refuse(fault: FormatFault, words: { what: string; notLost: string; next: string }): FormatError {
  return new FormatError(fault, `${words.what} ${words.notLost} ${words.next}`);
}

/** @param error of a file system call */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}

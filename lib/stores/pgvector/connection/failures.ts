import { z } from "zod";
import { type FailureCode, isServiceFailure, ServiceFailure } from "@/lib/failures";

export const service = "PostgreSQL with pgvector";

type Meaning = { code: FailureCode; what?: string; next?: string };

/** What a server says to a write that takes none: one that was set to read-only, and a replica. */
export const readOnlyState = "25006";

/** PostgreSQL's error codes (docs: "Appendix A. PostgreSQL Error Codes"), and what they mean for a run. */
const meanings: Record<string, Meaning> = {
  [readOnlyState]: {
    code: "not-permitted",
    what: "The server takes no writes now: it was set to read-only",
    next: "Have it take writes again: a managed service turns databases read-only when their disk is nearly full.",
  },
  "21000": {
    code: "conflict",
    what: "Two of the IDs are one to the table: the type or collation of its column doesn't tell them apart",
    next: "Have the IDs in a column of the type text, or give them others by the route's rule for IDs.",
  },
  "28000": { code: "auth", next: "Check the user in the connection's address, and what pg_hba.conf allows it." },
  "28P01": { code: "auth", next: "Check user and password in the connection's address." },
  "3D000": { code: "not-found", next: "Check the database's name at the end of the connection's address." },
  "3F000": { code: "not-found", next: "Check the schema in the connection's settings." },
  "40001": { code: "unavailable" },
  "40P01": { code: "unavailable", what: "Two transactions waited for each other, and the server ended this one" },
  "42501": { code: "not-permitted", next: "Have an administrator grant that right to the role of the connection." },
  "42P01": { code: "not-found", next: "Check the table's name and the schema in the connection's settings." },
  "53100": {
    code: "not-permitted",
    what: "The server's disk is full",
    next: "Free space on the server's disk or enlarge it: nothing of the batch that failed was kept.",
  },
  "53200": { code: "unavailable", what: "The server is out of memory" },
  "53300": { code: "throttled", what: "The server has no connection left" },
  "54000": { code: "too-large" },
  "55P03": { code: "timeout", what: "Another session holds a lock on the table or its rows for too long" },
  "57014": { code: "timeout", what: "The server ended a statement that took longer than the connection allows" },
  "57P01": { code: "connection", what: "The server is being shut down" },
  "57P02": { code: "connection", what: "The server has ended after a crash of its own" },
  "57P03": { code: "unavailable", what: "The server is starting up" },
  "57P05": { code: "connection" },
};

/** By the first two characters, where the whole code isn't listed. */
const classes: Record<string, FailureCode> = {
  "08": "connection",
  "22": "invalid",
  "23": "invalid",
  "53": "unavailable",
  "54": "too-large",
  "57": "unavailable",
  "58": "unavailable",
  XX: "unavailable",
  // What a view's CHECK OPTION and an exception of a trigger refuse is the row.
  "44": "invalid",
  P0: "invalid",
};

const certificates = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS|HOSTNAME_MISMATCH)/;

const errorSchema = z.object({ code: z.string().optional().catch(undefined), message: z.string() });

/** The code that the server (SQLSTATE) or Node gave an error. */
export function sqlState(error: unknown): string | undefined {
  if (isServiceFailure(error)) return typeof error.serviceCode === "string" ? error.serviceCode : undefined;
  return errorSchema.safeParse(error).data?.code;
}

/**
 * Translates whatever `pg` threw. The server's message is kept and its `detail` is not: that quotes the row.
 * @param redact takes the address' password out of a text
 */
export function failureOf(operation: string, error: unknown, redact: (text: string) => string): ServiceFailure {
  if (isServiceFailure(error)) return error;
  const { code = "", message } = errorSchema.safeParse(error).data ?? { message: String(error) };
  const words = redact(message.replace(/\s+/g, " ").trim()).slice(0, 500);
  const of = { service, operation, cause: error };
  if (!/^[0-9A-Z]{5}$/.test(code)) {
    if (certificates.test(code))
      return new ServiceFailure({
        ...of,
        code: "certificate",
        message: `The server's certificate isn't accepted (${code})`,
      });
    if (/does not support SSL/i.test(message))
      return new ServiceFailure({ ...of, code: "certificate", message: words });
    // A bug or a value that nobody thought of: the same call would fail the same way for as long as it is tried.
    if (error instanceof RangeError || error instanceof TypeError)
      return new ServiceFailure({
        ...of,
        code: "unknown",
        message: `The call failed in Portage itself, not at the server: ${words}`,
      });
    const timeout = code === "ETIMEDOUT" || /timeout/i.test(message);
    const reason = code === "" ? words : code;
    return new ServiceFailure({
      ...of,
      code: timeout ? "timeout" : "connection",
      message: timeout
        ? `The server can't be reached in time (${reason})`
        : `The connection to the server failed (${reason})`,
    });
  }
  const meaning: Meaning = meanings[code] ?? { code: classes[code.slice(0, 2)] ?? "unknown" };
  return new ServiceFailure({
    ...of,
    code: meaning.code,
    words,
    serviceCode: code,
    message: meaning.what === undefined ? `${words} (${code})` : `${meaning.what}: ${words} (${code})`,
    ...(meaning.next !== undefined && { next: meaning.next }),
  });
}

/** A replica was written to: at a failover it becomes the primary within a minute, and else its address is the wrong one. */
export function notPrimary(operation: string, cause: unknown): ServiceFailure {
  return new ServiceFailure({
    ...{ code: "not-ready", service, operation, cause, serviceCode: readOnlyState },
    message: "The server takes no writes: it is a replica, and hasn't become the primary",
    next: "Give the address of the primary server.",
  });
}

/** A refusal of our own, before the database is asked. */
export function refusal(
  code: Extract<
    FailureCode,
    "invalid" | "conflict" | "not-found" | "too-large" | "not-permitted" | "aborted" | "malformed" | "unavailable"
  >,
  operation: string,
  message: string,
  next?: string,
): ServiceFailure {
  return new ServiceFailure({ code, service, operation, message, ...(next !== undefined && { next }) });
}

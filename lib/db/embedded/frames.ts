/**
 * The frames of PostgreSQL's wire protocol, as far as the embedded database must tell them apart:
 * where a client's batch ends, and what state the session is in after it.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */

const code = (letter: string) => letter.charCodeAt(0);
const QUERY = code("Q");
const PARSE = code("P");
const SYNC = code("S");
const FLUSH = code("H");
const TERMINATE = code("X");
const NOTIFICATION = code("A");
const READY = code("Z");

export type FrontendFrames =
  | { kind: "startup" }
  | { kind: "terminate" }
  /** Frames up to and with a Query or Sync: after it the session answers ReadyForQuery. */
  | { kind: "batch"; bytes: Buffer; listens: boolean };

/** Collects what one client sends and hands it on in batches. */
export class FrontendReader {
  #rest: Buffer = Buffer.alloc(0);
  #batch: Buffer[] = [];
  #listens = false;
  #started = false;

  /** What became whole with `chunk`. */
  push(chunk: Uint8Array): FrontendFrames[] {
    this.#rest = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    const whole: FrontendFrames[] = [];
    for (let frame = this.#take(); frame; frame = this.#take()) {
      const next = this.#read(frame);
      if (next) whole.push(next);
    }
    return whole;
  }

  /** The next whole frame; only the first one of a connection has no letter before its length. */
  #take(): Buffer | null {
    const letter = this.#started ? 1 : 0;
    if (this.#rest.length < letter + 4) return null;
    const length = letter + this.#rest.readUInt32BE(letter);
    if (this.#rest.length < length) return null;
    const frame = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return frame;
  }

  #read(frame: Buffer): FrontendFrames | null {
    if (!this.#started) {
      this.#started = true;
      return { kind: "startup" };
    }
    const letter = frame[0];
    if (letter === TERMINATE) return { kind: "terminate" };
    // Results wait for the end of the batch: nothing here reads a portal in portions.
    if (letter === FLUSH) return null;
    if (letter === QUERY || letter === PARSE) this.#listens ||= isListen(frame);
    this.#batch.push(frame);
    if (letter !== QUERY && letter !== SYNC) return null;
    const batch: FrontendFrames = { kind: "batch", bytes: Buffer.concat(this.#batch), listens: this.#listens };
    this.#batch = [];
    this.#listens = false;
    return batch;
  }
}

/** Enough of a statement to see past the comments before its first word. */
const LOOKED_AT_BYTES = 2000;

/** True for `LISTEN channel`, comments before it or not, as a simple query or as a statement that is prepared without a name. */
function isListen(frame: Buffer): boolean {
  const start = frame[0] === QUERY ? 5 : frame.indexOf(0, 5) + 1;
  return /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*listen\s/i.test(frame.toString("latin1", start, start + LOOKED_AT_BYTES));
}

export type Answer = {
  /** What belongs to the client that asked. */
  bytes: Uint8Array;
  /** Notifications, which belong to everybody who listens. */
  notifications: Buffer[];
  /** `I` idle, `T` in a transaction, `E` in a failed one; as ReadyForQuery says. */
  status: "I" | "T" | "E";
};

/** Sorts the session's output after one batch. */
export function readAnswer(output: Buffer): Answer {
  const notifications: Buffer[] = [];
  const own: Buffer[] = [];
  let status: Answer["status"] = "I";
  let kept = 0;
  for (let at = 0; at + 5 <= output.length; ) {
    const end = at + 1 + output.readUInt32BE(at + 1);
    const letter = output[at];
    if (letter === NOTIFICATION) {
      notifications.push(output.subarray(at, end));
      own.push(output.subarray(kept, at));
      kept = end;
    } else if (letter === READY) {
      const said = String.fromCharCode(output[at + 5] ?? 0);
      status = said === "T" || said === "E" ? said : "I";
    }
    at = end;
  }
  return { bytes: own.length === 0 ? output : Buffer.concat([...own, output.subarray(kept)]), notifications, status };
}

function frame(letter: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(letter, 0, "latin1");
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

const texts = (...parts: string[]) => Buffer.from(`${parts.join("\0")}\0`);

/** The process that serves the session, and a key to cancel it by: none. */
function keyOf(processId: number): Buffer {
  const key = Buffer.alloc(8);
  key.writeInt32BE(processId);
  return key;
}

/** What a server says to a client that it lets in: authenticated, the settings that drivers look at, ready. */
export function welcome(serverVersion: string, processId = 0): Uint8Array {
  const settings = {
    server_version: serverVersion,
    server_encoding: "UTF8",
    client_encoding: "UTF8",
    DateStyle: "ISO, MDY",
    integer_datetimes: "on",
    standard_conforming_strings: "on",
    TimeZone: "UTC",
  };
  return Buffer.concat([
    frame("R", Buffer.alloc(4)),
    ...Object.entries(settings).map(([name, value]) => frame("S", texts(name, value))),
    frame("K", keyOf(processId)),
    frame("Z", Buffer.from("I")),
  ]);
}

/** The text of a batch that is one simple query; `null` of any other. */
export function textOf(batch: Uint8Array): string | null {
  const bytes = Buffer.from(batch.buffer, batch.byteOffset, batch.byteLength);
  return bytes[0] === QUERY && bytes.readUInt32BE(1) + 1 === bytes.length
    ? bytes.toString("utf8", 5, bytes.length - 1)
    : null;
}

/** A simple query. */
export function query(text: string): Uint8Array {
  return frame("Q", texts(text));
}

/** An error that ends the connection, with its SQLSTATE. */
export function fatal(sqlState: string, message: string): Uint8Array {
  return frame("E", texts("SFATAL", "VFATAL", `C${sqlState}`, `M${message}`, ""));
}

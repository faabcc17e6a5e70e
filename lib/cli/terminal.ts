import { createInterface } from "node:readline/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { OperatorError } from "@/lib/operator-error";
import { visibleJson, visibleLines } from "@/lib/text/visible-text";

export type OutputFlags = { json?: boolean | undefined; jsonl?: boolean | undefined };

/** Where the command line reads and writes. Answers go to `out`; progress, prompts and warnings to `error`. */
export type Streams = {
  in: NodeJS.ReadStream;
  out: NodeJS.WriteStream;
  error: NodeJS.WritableStream & { isTTY?: boolean | undefined };
};

export const processStreams: Streams = { in: process.stdin, out: process.stdout, error: process.stderr };

const closed = new Set<unknown>([
  "EPIPE",
  "ERR_STREAM_PREMATURE_CLOSE",
  "ERR_STREAM_DESTROYED",
  "ERR_STREAM_WRITE_AFTER_END",
]);
const isClosed = (error: unknown) => error instanceof Error && "code" in error && closed.has(error.code);

/** Quieter type and its end: the two sequences that {@link Terminal.dim} writes. */
const quieter = ["\u001b[2m", "\u001b[22m"] as const;

/** Whatever stands in a line came from somewhere: what a terminal would obey is shown instead. */
function harmless(line: string): string {
  const [on, off] = quieter;
  const between = (text: string) => text.split(off).map(visibleLines).join(off);
  return line.split(on).map(between).join(on);
}

/** What a command talks through: one form of answer, chosen by `--json` or `--jsonl`. */
export class Terminal {
  readonly form: "text" | "json" | "jsonl";

  constructor(
    flags: OutputFlags,
    private readonly streams: Streams = processStreams,
  ) {
    this.form = flags.json ? "json" : flags.jsonl ? "jsonl" : "text";
  }

  /** A person reads along: a bar may move. */
  get showsProgress(): boolean {
    return this.streams.error.isTTY === true;
  }

  /** A person can be asked. */
  get canAsk(): boolean {
    return this.streams.in.isTTY === true && this.streams.error.isTTY === true;
  }

  get progressStream(): NodeJS.WritableStream {
    return this.streams.error;
  }

  /** Quieter type for titles; plain where there are no colours (`NO_COLOR`, no terminal). */
  readonly dim = (text: string): string => {
    const { out } = this.streams;
    return out.isTTY === true && out.hasColors() ? quieter.join(text) : text;
  };

  /** The answer as text; nothing when another form was asked for. */
  text(line: string): void {
    if (this.form === "text") this.streams.out.write(`${harmless(line)}\n`);
  }

  /** The one JSON document. */
  document(value: unknown): void {
    if (this.form === "json") this.streams.out.write(`${this.#json(JSON.stringify(value, null, 2))}\n`);
  }

  /** One line of JSON lines. */
  line(value: unknown): void {
    if (this.form === "jsonl") this.streams.out.write(`${this.#json(JSON.stringify(value))}\n`);
  }

  /** The same value, with nothing in it that a terminal would obey; programs get it as it is. */
  #json(text: string): string {
    return this.streams.out.isTTY === true ? visibleJson(text) : text;
  }

  /** Text of any length in the answer's place, as fast as the reader takes it. */
  async stream(chunks: AsyncIterable<string>): Promise<void> {
    try {
      const seen = this.streams.out.isTTY === true ? shown(chunks) : chunks;
      await pipeline(Readable.from(seen), this.streams.out, { end: false });
    } catch (error) {
      // Whoever read has seen enough.
      if (!isClosed(error)) throw error;
    }
  }

  /** Progress, warnings: beside the answer. */
  note(line: string): void {
    this.streams.error.write(`${harmless(line)}\n`);
  }

  /**
   * Asks yes or no; only `y` and `yes` are a yes, the end of input is a no. The caller has checked {@link canAsk}.
   * Throws an `OperatorError` (`interrupted`) at Ctrl-C.
   */
  async ask(question: string): Promise<boolean> {
    const lines = createInterface({ input: this.streams.in, output: this.streams.error });
    const stopping = new AbortController();
    let interrupted = false;
    lines.once("SIGINT", () => {
      interrupted = true;
      stopping.abort();
    });
    lines.once("close", () => stopping.abort());
    try {
      const answer = await lines.question(`${question} [y/N] `, { signal: stopping.signal });
      return /^y(es)?$/i.test(answer.trim());
    } catch (error) {
      if (!stopping.signal.aborted) throw error;
      this.note("");
      if (interrupted) throw stopped();
      return false;
    } finally {
      lines.close();
    }
  }
}

async function* shown(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const chunk of chunks) yield visibleLines(chunk);
}

function stopped(): OperatorError {
  return new OperatorError({
    kind: "interrupted",
    code: "interrupted",
    what: "Interrupted.",
    notLost: "Nothing was started and nothing was spent.",
    next: "Start again when you want to.",
  });
}

/** What an operator reads who didn't say `--yes` where nobody can be asked. */
export function needsYes(what: string, look = "see what it would do with --dry-run"): OperatorError {
  return new OperatorError({
    kind: "usage",
    code: "needs-yes",
    what: `${what} spends money and writes, and there is no terminal to ask on.`,
    notLost: "Nothing was started and nothing was spent.",
    next: `Add --yes, or ${look}.`,
  });
}

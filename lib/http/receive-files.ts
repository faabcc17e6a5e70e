import { mkdir, open } from "node:fs/promises";
import path from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Busboy } from "@fastify/busboy";

/** What comes with a request: form data of files, see {@link receiveFiles}. */
export type FormBody = {
  /** The header of that name. */
  contentType: string;
  /** As announced; `null`: nothing was. */
  length: number | null;
  bytes: ReadableStream<Uint8Array> | null;
};

export type ReceiveBounds = { bytes: number; files: number };
export type Received = { files: number; refused: { path: string; words: string }[] };

/** Why nothing of a request is kept. */
export class FilesRefused extends Error {
  constructor(readonly why: "too-large" | "too-many" | "not-files" | "broken-off") {
    super(why);
  }
}

/** Names and headers of parts come on top of what the files hold. */
const bytesBesidesFiles = 1024 * 1024;
const deepest = 6;
const longestName = 255;
const misnamed = "its name leads elsewhere, or holds what no name does";
const inTheWay = new Set(["EEXIST", "ENOTDIR", "EISDIR"]);

/**
 * Writes the files of form data (RFC 7578) below a folder, as they come and nothing more: for their owner alone, under names that lead nowhere
 * else, over nothing that is there. Memory doesn't grow with their size.
 * @param refuse why a file of this name isn't taken, in words; `null`: it is
 * @throws FilesRefused, after which the folder holds what came until then
 */
export async function receiveFiles(
  { contentType, length, bytes }: FormBody,
  folder: string,
  bounds: ReceiveBounds,
  refuse: (name: string) => string | null,
): Promise<Received> {
  if (!/^multipart\/form-data\b/i.test(contentType) || bytes === null) throw new FilesRefused("not-files");
  if ((length ?? 0) > bounds.bytes + bytesBesidesFiles) throw new FilesRefused("too-large");
  const form = formOf(contentType, bounds);
  const received: Received = { files: 0, refused: [] };
  const writing: Promise<void>[] = [];
  const coming: Readable[] = [];
  const taken = new Set<string>();
  let stopped: FilesRefused | null = null;
  const stop = (why: FilesRefused) => {
    stopped ??= why;
  };
  let held = 0;
  const within = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      held += chunk.length;
      if (held > bounds.bytes) stop(new FilesRefused("too-large"));
      yield chunk;
    }
  };
  form.on("filesLimit", () => stop(new FilesRefused("too-many")));
  form.on("file", (_field, file, given) => {
    file.on("limit", () => stop(new FilesRefused("too-large")));
    // One that breaks off says so by an event, whether anybody reads it or not.
    file.on("error", () => stop(new FilesRefused("broken-off")));
    const place = placeFor(given);
    const words = place === null ? misnamed : taken.has(place) ? "it came twice" : refuse(path.basename(place));
    const leave = (why: string) => {
      received.refused.push({ path: given, words: why });
      file.resume();
    };
    if (place === null || words !== null) return leave(words ?? "");
    taken.add(place);
    coming.push(file);
    const written = write(file, within, path.join(folder, place)).then(
      () => {
        received.files++;
      },
      (error: unknown) => {
        // A file has the name of a folder of another, or the other way round.
        if (!inTheWay.has(codeOf(error))) throw error;
        leave("another has its name, or that of its folder");
      },
    );
    written.catch(() => {});
    writing.push(written);
  });
  let came = 0;
  const counted = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      came += chunk.byteLength;
      if (came > bounds.bytes + bytesBesidesFiles) stop(new FilesRefused("too-large"));
      done(stopped, chunk);
    },
  });
  const failed = await pipeline(Readable.from(chunksOf(bytes)), counted, form).catch((error: unknown) => error);
  // A file whose end never comes would be waited for for ever.
  if (stopped !== null || failed !== undefined) for (const file of coming) file.destroy();
  const written = await Promise.allSettled(writing);
  if (stopped !== null) throw stopped;
  if (failed !== undefined) throw new FilesRefused("broken-off");
  for (const one of written) if (one.status === "rejected") throw one.reason;
  return received;
}

function formOf(contentType: string, { bytes, files }: ReceiveBounds) {
  try {
    return new Busboy({
      headers: { "content-type": contentType },
      preservePath: true,
      limits: { files, fileSize: bytes, fields: 0, headerPairs: 20, headerSize: 16 * 1024, fieldNameSize: 100 },
    });
  } catch {
    throw new FilesRefused("not-files");
  }
}

/** Relative and inside, in parts that any file system takes as they are; else `null`. */
function placeFor(given: string): string | null {
  const parts = given.split("/");
  const isPlain = (part: string) =>
    part !== "" &&
    part !== "." &&
    part !== ".." &&
    Buffer.byteLength(part) <= longestName &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
    !/[\\\u0000-\u001f\u007f]/.test(part);
  return parts.length <= deepest && parts.every(isPlain) ? path.join(...parts) : null;
}

async function write(
  file: Readable,
  within: (chunks: AsyncIterable<Buffer>) => AsyncIterable<Buffer>,
  place: string,
): Promise<void> {
  await mkdir(path.dirname(place), { recursive: true, mode: 0o700 });
  const into = await open(place, "wx", 0o600);
  await pipeline(file, within, into.createWriteStream());
}

const codeOf = (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : "");

async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    await reader.cancel().catch(() => {});
  }
}

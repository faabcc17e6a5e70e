import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { FormatError } from "../format-error";

/** Characters of one line. A line that goes on and on is no table, and is never held whole. */
const longestLine = 64 * 1024 * 1024;

/**
 * The text of a file: UTF-8, or UTF-16 where it begins with that mark; unpacked where it is gzip. Marks of the byte order are left out.
 * @throws FormatError `malformed` for bytes that are no such text, `truncated` for gzip that breaks off
 */
export async function* textOf(file: string): AsyncGenerator<string> {
  const head = await firstBytes(file);
  const packed = head[0] === 0x1f && head[1] === 0x8b;
  const source = createReadStream(file);
  const bytes: Readable = packed ? pipeline(source, createGunzip(), () => {}) : source;
  let decoder: TextDecoder | null = null;
  try {
    for await (const chunk of bytes) {
      if (!Buffer.isBuffer(chunk)) continue;
      decoder ??= new TextDecoder(encodingOf(chunk), { fatal: true });
      yield decoder.decode(chunk, { stream: true });
    }
    if (decoder) yield decoder.decode();
  } catch (error) {
    if (error instanceof TypeError)
      throw new FormatError("malformed", `${path.basename(file)} is no text in UTF-8 or UTF-16.`);
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "Z_BUF_ERROR")
      throw new FormatError("truncated", `${path.basename(file)} is cut off: its gzip data breaks off.`);
    if (code.startsWith("Z_")) throw new FormatError("malformed", `${path.basename(file)} is damaged gzip.`);
    throw error;
  } finally {
    source.destroy();
    bytes.destroy();
  }
}

/** The lines of such a text, without their ends. */
export async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = "";
  for await (const text of textOf(file)) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > longestLine)
      throw new FormatError("too-large", `${path.basename(file)} has a line of more than 64 million characters.`);
    for (const line of lines) yield line.endsWith("\r") ? line.slice(0, -1) : line;
  }
  if (rest !== "") yield rest;
}

function encodingOf(chunk: Buffer): string {
  if (chunk[0] === 0xff && chunk[1] === 0xfe) return "utf-16le";
  if (chunk[0] === 0xfe && chunk[1] === 0xff) return "utf-16be";
  return "utf-8";
}

async function firstBytes(file: string): Promise<Buffer> {
  const handle = await open(file, "r");
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

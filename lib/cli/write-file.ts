import { open, rename, rm } from "node:fs/promises";
import { OperatorError } from "@/lib/operator-error";

/** Writes aside and renames at the end, so that an interrupted export isn't taken for a whole one. Answers the bytes. */
export async function writeFile(file: string, chunks: AsyncIterable<string | Uint8Array>): Promise<number> {
  const unfinished = `${file}.${process.pid}.part`;
  const handle = await open(unfinished, "w", 0o600).catch((cause: unknown) => {
    throw new OperatorError({
      kind: "usage",
      code: "cannot-write-file",
      what: `${file} can't be written.`,
      notLost: "Nothing was changed.",
      next: "Name a file in a folder that exists and that you may write to.",
      cause,
    });
  });
  try {
    let bytes = 0;
    for await (const chunk of chunks)
      bytes += (await handle.write(typeof chunk === "string" ? Buffer.from(chunk) : chunk)).bytesWritten;
    await handle.close();
    await rename(unfinished, file);
    return bytes;
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(unfinished, { force: true });
    throw error;
  }
}

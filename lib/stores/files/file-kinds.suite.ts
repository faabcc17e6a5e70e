import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll } from "vitest";
import { isServiceFailure } from "@/lib/failures";
import type { VectorSource } from "../contract";
import { storeKinds } from "../registry";

/** Folders and files of stores, to be opened as their kinds are; to be called once in a test file. */
export function fileKinds() {
  const scratch = { path: "" };
  beforeAll(async () => {
    scratch.path = await mkdtemp(path.join(tmpdir(), "portage-file-kinds-"));
  });
  afterAll(() => rm(scratch.path, { recursive: true, force: true }));
  const opened: VectorSource[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((source) => source.close()));
  });
  const open = (kind: string, settings: Record<string, string>): VectorSource => {
    const found = storeKinds.get(kind);
    if (!found) throw new Error(`There is no kind ${kind}`);
    const source = found.openSource(settings);
    opened.push(source);
    return source;
  };
  return { scratch, open };
}

export const fixtures = path.join(import.meta.dirname, "../../formats/fixtures");

export async function everything(source: VectorSource, index: string, limit = 3) {
  const place = { index, namespace: "" };
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await source.listIds(place, { limit, ...(cursor !== undefined && { cursor }) });
    ids.push(...page.ids);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return { ids, ...(await source.fetchRecords(place, ids)) };
}
export async function failureOf(call: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await call;
  } catch (error) {
    if (isServiceFailure(error)) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error("It didn't fail");
}
export const base64 = (values: readonly number[]) => Buffer.from(Float32Array.from(values).buffer).toString("base64");
export const floatsOf = (text: string) => [...new Float32Array(new Uint8Array(Buffer.from(text, "base64")).buffer)];

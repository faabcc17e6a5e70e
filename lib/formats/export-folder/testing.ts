import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ExportFolder } from "./export-folder";
import { ExportWriter } from "./export-writer";
import type { ExportContent, ExportMade } from "./manifest";
import type { ExportRecord } from "./record";

export const content: ExportContent = {
  source: { kind: "pinecone", account: "project a", index: "gflops-serverless" },
  dimension: 3,
  metric: "cosine",
  model: "gemini-embedding-001",
};
export const made: ExportMade = { at: "2026-11-29T12:00:00.000Z", plan: "plan-1" };

export function record(id: string, changes: Partial<ExportRecord> = {}): ExportRecord {
  return {
    id,
    values: Float32Array.of(id.length, 0.1, -0),
    metadata: `{"id":${JSON.stringify(id)}}`,
    sparse: null,
    ...changes,
  };
}

/** A folder for the time of a test. */
export async function inScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), "portage-export-"));
  try {
    return await work(path.join(folder, "backup"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes the namespaces' records, a batch each, and finishes. */
export async function exported(
  root: string,
  namespaces: Record<string, ExportRecord[]>,
  options: { fileBytes?: number; content?: ExportContent; made?: ExportMade } = {},
) {
  const writer = await ExportWriter.open(root, options.content ?? content, options.made ?? made);
  for (const [namespace, records] of Object.entries(namespaces)) await writer.write(namespace, records);
  return writer.finish({ fileBytes: options.fileBytes });
}

export async function recordsIn(root: string, namespace: string): Promise<ExportRecord[]> {
  const folder = await ExportFolder.open(root);
  try {
    return await collected(folder.records(namespace));
  } finally {
    await folder.close();
  }
}

export async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

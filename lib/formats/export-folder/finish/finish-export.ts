import type { ExportBase } from "../export-base";
import { assignFolders, byBytes } from "../folder-name";
import { type ExportFile, type ExportNamespace, type Manifest, manifestFormat, manifestVersion } from "../manifest";
import type { PendingStore, Purpose } from "../pending/pending-store";
import { refuse } from "../refuse";
import { commit } from "./commit";
import { spansOf } from "./spans";
import { writeSpan } from "./write-span";

/** `namespaces`: those whose pending records are put into files; all others stay as they are. */
export type FinishOptions = { signal?: AbortSignal; fileBytes: number; namespaces: readonly string[] };

/**
 * Makes files of what is pending in the namespaces, and a manifest that names them. Can be interrupted anywhere and called again: complete files are kept,
 * and what comes out is the same, byte for byte.
 */
export async function finishExport(
  root: string,
  base: ExportBase | null,
  pending: PendingStore,
  purpose: Purpose,
  options: FinishOptions,
): Promise<Manifest> {
  const writes = pending.writes();
  const before = base?.manifest ?? null;
  const generation = (before?.generation ?? 0) + 1;
  const standing = new Map(before?.namespaces.map(({ name, folder }) => [name, folder]));
  const folders = assignFolders(options.namespaces, standing);
  const namespaces: ExportNamespace[] = [];
  for (const [name, folder] of [...folders].sort(([one], [other]) => byBytes(one, other))) {
    const kept = options.namespaces.includes(name) ? null : (base?.namespace(name) ?? null);
    namespaces.push(kept ?? (await finishNamespace(root, base, pending, { name, folder, generation, ...options })));
  }
  if (pending.writes() !== writes)
    throw refuse("refused", {
      what: `Records were written to the export in ${root} while it was being finished.`,
      notLost: "They are kept with the others, and nothing was put in place yet.",
      next: "Finish it again when nothing writes to it any more.",
    });
  const { content, made } = purpose;
  const manifest: Manifest = {
    format: manifestFormat,
    version: manifestVersion,
    generation,
    made,
    ...content,
    namespaces,
  };
  await commit(root, pending, { manifest, before, finished: options.namespaces });
  return manifest;
}

async function finishNamespace(
  root: string,
  base: ExportBase | null,
  pending: PendingStore,
  task: FinishOptions & { name: string; folder: string; generation: number },
): Promise<ExportNamespace> {
  const { name, folder, generation, fileBytes, signal } = task;
  const standing = base?.namespace(name) ?? null;
  const dimension = pending.purpose()?.content.dimension ?? null;
  const columns = { values: dimension !== null, sparse: standing?.columns.sparse === true || pending.hasSparse(name) };
  // All files of a namespace have the same columns: tools that read a folder go by those of its first file.
  const otherColumns = standing !== null && standing.columns.sparse !== columns.sparse;
  const files: ExportFile[] = [];
  for (const [index, { range, file, stays }] of spansOf(base, pending, name, otherColumns).entries()) {
    if (stays && file !== null) files.push(file);
    else
      files.push(
        ...(await writeSpan({
          root,
          base,
          pending,
          namespace: name,
          folder,
          range,
          columns,
          name: `${String(generation).padStart(4, "0")}-${String(index).padStart(5, "0")}`,
          fileBytes,
          signal,
        })),
      );
  }
  return { name, folder, count: files.reduce((sum, { rows }) => sum + rows, 0), columns, files };
}

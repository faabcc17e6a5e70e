import { cp, mkdir, readFile, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ExportFolder } from "./export-folder";
import { ExportWriter } from "./export-writer";
import { manifestName } from "./manifest";
import { content, exported, inScratch, made, record, recordsIn } from "./testing";

const ids = Array.from({ length: 40 }, (_, number) => `id-${String(number).padStart(2, "0")}`);

/** An export of two namespaces, the first in several files. */
async function withExport(work: (root: string, file: string) => Promise<void>): Promise<void> {
  await inScratch(async (root) => {
    const manifest = await exported(root, { one: ids.map((id) => record(id)), two: [record("x")] }, { fileBytes: 300 });
    const files = manifest.namespaces[0]?.files ?? [];
    expect(files.length).toBeGreaterThan(2);
    await work(root, files[1]?.path ?? "");
  });
}

async function editManifest(root: string, edit: (text: string) => string): Promise<void> {
  const file = path.join(root, manifestName);
  await writeFile(file, edit(await readFile(file, "utf8")));
}

describe("an export folder that isn't whole is refused in words", () => {
  it("without a manifest, unfinished or not one at all", async () => {
    await inScratch(async (root) => {
      await mkdir(root);
      await expect(ExportFolder.open(root)).rejects.toThrow(/is not an export folder: it has no manifest/);
      const writer = await ExportWriter.open(root, content, made);
      await writer.write("one", [record("a")]);
      await writer.close();
      await expect(ExportFolder.open(root)).rejects.toThrow(/was not finished.*not a backup.*is kept.*Resume the run/);
    });
  });

  it("of a newer format, whatever else is in it", async () => {
    await withExport(async (root) => {
      await editManifest(root, () => '{"format":"portage-export","version":2,"shards":[]}');
      await expect(ExportFolder.open(root)).rejects.toThrow(/has version 2 .* reads up to version 1/);
      await expect(ExportWriter.open(root, content, made)).rejects.toThrow(/has version 2/);
    });
  });

  it("with a damaged manifest, or one that contradicts itself", async () => {
    await withExport(async (root) => {
      const text = await readFile(path.join(root, manifestName), "utf8");
      for (const damage of [
        text.slice(0, 300),
        text.replace('"count": 40', '"count": 41'),
        text.replace('"two"', '"one"'),
      ]) {
        await editManifest(root, () => damage);
        await expect(ExportFolder.open(root)).rejects.toThrow(/manifest .* is damaged/);
      }
    });
  });

  it("with a file changed by a byte, naming it, before any of its records is given out", async () => {
    await withExport(async (root, file) => {
      const bytes = await readFile(path.join(root, file));
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      await writeFile(path.join(root, file), bytes);
      const words = new RegExp(`${file} .*was changed.*SHA-256.*No record of it was used.*another copy`);
      await expect(recordsIn(root, "one")).rejects.toThrow(words);
      const folder = await ExportFolder.open(root);
      await expect(folder.fetchHeads("one", ids)).rejects.toThrow(words);
      expect((await folder.fetchRecords("two", ["x"])).records).toHaveLength(1);
      await folder.close();
    });
  });

  it("with a file that is shorter, or missing", async () => {
    await withExport(async (root, file) => {
      await truncate(path.join(root, file), 100);
      await expect(recordsIn(root, "one")).rejects.toThrow(/has 100 bytes instead of/);
      await rm(path.join(root, file));
      await expect(recordsIn(root, "one")).rejects.toThrow(`lacks the file ${file}`);
    });
  });

  it("that names files outside of itself, or leads there by links", async () => {
    await withExport(async (root, file) => {
      const outside = path.join(root, "../outside.parquet");
      await cp(path.join(root, file), outside);
      for (const place of [
        "../outside.parquet",
        outside,
        "one/../../outside.parquet",
        "C:/outside",
        "..\\\\outside.parquet",
      ]) {
        const before = await readFile(path.join(root, manifestName), "utf8");
        await editManifest(root, (text) => text.replace(file, place));
        await expect(recordsIn(root, "one")).rejects.toThrow(/leads out of it.*Nothing outside/);
        await editManifest(root, () => before);
      }
      await rm(path.join(root, file));
      await symlink(outside, path.join(root, file));
      await expect(recordsIn(root, "one")).rejects.toThrow(/is a link/);
      await rename(path.join(root, "one"), path.join(root, "../elsewhere"));
      await symlink(path.join(root, "../elsewhere"), path.join(root, "one"));
      await expect(recordsIn(root, "one")).rejects.toThrow(/is a link/);
      await rename(path.join(root, manifestName), path.join(root, "../manifest"));
      await symlink(path.join(root, "../manifest"), path.join(root, manifestName));
      await expect(ExportFolder.open(root)).rejects.toThrow(/is a link/);
    });
  });

  it("that vanishes in mid-read", async () => {
    await withExport(async (root) => {
      const folder = await ExportFolder.open(root);
      const records = folder.records("one");
      await records.next();
      await rm(root, { recursive: true });
      await expect(
        (async () => {
          for await (const _ of records);
        })(),
      ).rejects.toThrow(/is not there any more.*Put the folder back/);
      await folder.close();
    });
  });
});

describe("an export of something else", () => {
  it("isn't written to: another model, index, dimension or metric, finished or not", async () => {
    await withExport(async (root) => {
      for (const other of [
        { model: "gemini-embedding-2" },
        { model: null },
        { dimension: 4 },
        { metric: "euclidean" as const },
      ])
        await expect(ExportWriter.open(root, { ...content, ...other }, made)).rejects.toThrow(
          /holds an export of something else.*Nothing was written/,
        );
      const source = { ...content.source, account: "project b" };
      await expect(ExportWriter.open(root, { ...content, source }, made)).rejects.toThrow(
        /project a gflops.*project b/,
      );
    });
    await inScratch(async (root) => {
      const writer = await ExportWriter.open(root, content, made);
      await writer.write("one", [record("a")]);
      await writer.close();
      await expect(ExportWriter.open(root, { ...content, model: "gemini-embedding-2" }, made)).rejects.toThrow(
        /something else/,
      );
    });
  });
});

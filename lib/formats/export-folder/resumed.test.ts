import { cp, mkdir, readdir, readFile, rename, stat } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ExportBase } from "./export-base";
import { ExportFolder } from "./export-folder";
import { ExportWriter } from "./export-writer";
import { finishExport } from "./finish/finish-export";
import { type Manifest, parseManifest } from "./manifest";
import { PendingStore } from "./pending/pending-store";
import { manifestTextIn, workFolder } from "./places";
import { collected, content, exported, inScratch, made, record } from "./testing";

const fileBytes = 300;
const ids = Array.from({ length: 60 }, (_, number) => `id-${String(number).padStart(3, "0")}`);
const records = ids.map((id) => record(id));

/** Every file below a folder, with its bytes. */
async function filesIn(root: string): Promise<Map<string, string>> {
  const names = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const files = names.map((entry) => path.join(entry.parentPath, entry.name)).sort();
  return new Map(
    await Promise.all(
      files.map(async (file) => [path.relative(root, file), (await readFile(file)).toString("hex")] as const),
    ),
  );
}

const open = (root: string) => ExportWriter.open(root, content, { ...made, at: "2027-01-01T00:00:00.000Z" });

/** Like a signal, but of the moment: throws when so many records were looked at. */
function stopAfter(count: number): AbortSignal {
  const { signal } = new AbortController();
  let seen = 0;
  signal.throwIfAborted = () => {
    if (++seen > count) throw new Error("stopped here");
  };
  return signal;
}

/** What a killed writer leaves on disk: nobody closes or ends anything there. */
async function leftBehind(root: string, place: string): Promise<string> {
  await cp(root, place, { recursive: true });
  return place;
}

describe("an interrupted export", () => {
  it("comes out the same to the byte, wherever it stopped, in whichever order and how often batches came", async () => {
    await inScratch(async (root) => {
      const whole = path.join(root, "whole");
      const manifest = await exported(whole, { one: records, two: records.slice(0, 3) }, { fileBytes });
      expect(manifest.namespaces[0]?.files.length).toBeGreaterThan(3);
      const expected = await filesIn(whole);

      const killed = path.join(root, "killed");
      const first = await ExportWriter.open(killed, content, made);
      await first.write("two", records.slice(0, 3));
      await first.write("one", records.slice(30).reverse());
      await first.write(
        "one",
        records.slice(20, 40).map(({ id }) => record(id, { metadata: "old" })),
      );
      const second = await open(await leftBehind(killed, path.join(root, "second")));
      await first.close();
      await second.write("one", records.slice(0, 31));
      await second.write("one", records.slice(20, 60));
      for (const stop of [0, 1, 25, 15]) {
        await expect(second.finish({ fileBytes, signal: stopAfter(stop) })).rejects.toThrow("stopped here");
        const resumed = await open(await leftBehind(second.root, path.join(root, `stopped-${stop}`)));
        await resumed.finish({ fileBytes });
        expect(await filesIn(resumed.root)).toEqual(expected);
      }
      await second.close();
    });
  });

  it("keeps complete files, and makes them again when records came since", async () => {
    await inScratch(async (root) => {
      const writer = await open(root);
      await writer.write("one", records);
      await expect(writer.finish({ fileBytes, signal: stopAfter(40) })).rejects.toThrow("stopped here");
      const part = path.join(root, workFolder, "next/one/0001-00000-00000.parquet");
      const { ino } = await stat(part);
      await expect(writer.finish({ fileBytes, signal: stopAfter(1) })).rejects.toThrow("stopped here");
      expect((await stat(part)).ino).toBe(ino);
      await writer.write("one", [record("id-000", { metadata: "new" })]);
      await writer.finish({ fileBytes });
      const folder = await ExportFolder.open(root);
      expect((await folder.fetchHeads("one", ["id-000"])).records[0]?.metadata).toBe("new");
      expect(folder.count("one")).toBe(60);
      await folder.close();
    });
  });

  it("is completed when it stopped while files were put in place, before or after the manifest", async () => {
    await inScratch(async (root) => {
      const whole = path.join(root, "whole");
      await exported(whole, { one: records }, { fileBytes });
      await exported(
        whole,
        { one: [record("id-010", { metadata: "new" })] },
        { fileBytes, made: { ...made, plan: "plan-2" } },
      );
      const expected = await filesIn(whole);

      const killed = path.join(root, "killed");
      await exported(killed, { one: records }, { fileBytes });
      const writer = await ExportWriter.open(killed, content, { ...made, plan: "plan-2" });
      await writer.write("one", [record("id-010", { metadata: "new" })]);
      await writer.close();

      const before = await leftBehind(killed, path.join(root, "before"));
      await finishedUpToCleaning(before);
      // As if the last file had been moved and the manifest not yet.
      const moved = await leftBehind(killed, path.join(root, "moved"));
      const [fresh = ""] = [...(await filesIn(before)).keys()].filter((file) => file.startsWith("one/0002"));
      await mkdir(path.join(moved, workFolder, "next/one"), { recursive: true });
      await cp(path.join(before, fresh), path.join(moved, fresh));
      for (const root of [before, moved]) {
        const again = await ExportWriter.open(root, content, { ...made, plan: "plan-2" });
        await again.finish({ fileBytes });
        expect(await filesIn(root)).toEqual(expected);
      }
    });
  });
});

async function finishedUpToCleaning(root: string): Promise<Manifest> {
  const base = new ExportBase(root, parseManifest((await manifestTextIn(root)) ?? "", root));
  const pending = await PendingStore.open(root);
  const purpose = pending.purpose();
  if (purpose === null) throw new Error("Nothing is pending.");
  const manifest = await finishExport(root, base, pending, purpose, { fileBytes, namespaces: ["one"] });
  await pending.close();
  base.close();
  return manifest;
}

describe("an export that is written again", () => {
  it("leaves files as they are that nothing was written to, and readers the old export until it is finished", async () => {
    await inScratch(async (root) => {
      const before = await exported(root, { one: records, two: [record("x")] }, { fileBytes });
      const writer = await open(root);
      await writer.write("one", [record("id-030", { metadata: "new" }), record("id-999")]);
      const reader = await ExportFolder.open(root);
      expect((await reader.fetchHeads("one", ["id-030", "id-999"])).missing).toEqual(["id-999"]);
      await reader.close();
      expect(await writer.count("one")).toBe(61);
      expect((await writer.fetchHeads("one", ["id-030"])).records[0]?.metadata).toBe("new");
      const after = await writer.finish({ fileBytes });
      const paths = ({ namespaces }: Manifest) => namespaces.flatMap(({ files }) => files.map((file) => file.path));
      const kept = paths(after).filter((file) => paths(before).includes(file));
      expect(kept.length).toBe(paths(before).length - 2);
      expect(after.generation).toBe(2);
      expect([...(await filesIn(root)).keys()].filter((file) => file.endsWith(".parquet")).sort()).toEqual(
        paths(after).sort(),
      );
      const folder = await ExportFolder.open(root);
      expect(await collected(folder.ids("one"))).toEqual([...ids, "id-999"]);
      await folder.close();
    });
  });

  it("changes nothing where nothing was written", async () => {
    await inScratch(async (root) => {
      await exported(root, { one: records }, { fileBytes });
      const before = await filesIn(root);
      await (await open(root)).finish({ fileBytes });
      expect(await filesIn(root)).toEqual(before);
    });
  });

  it("gives all files of a namespace the column of sparse values once one record has some", async () => {
    await inScratch(async (root) => {
      await exported(root, { one: records }, { fileBytes });
      const sparse = { indices: Uint32Array.of(1), values: Float32Array.of(0.5) };
      const after = await exported(root, { one: [record("id-000", { sparse })] }, { fileBytes });
      expect(after.namespaces[0]?.columns.sparse).toBe(true);
      expect(after.namespaces[0]?.files.every((file) => file.path.startsWith("one/0002"))).toBe(true);
    });
  });

  it("isn't put in place of one that something else changed meanwhile", async () => {
    await inScratch(async (root) => {
      await exported(root, { one: records }, { fileBytes });
      const writer = await open(root);
      await writer.write("one", [record("new")]);
      await writer.close();
      const other = path.join(root, "../other");
      await exported(other, { one: [record("a")] });
      await rename(path.join(other, "portage-export.json"), path.join(root, "portage-export.json"));
      await expect(open(root)).rejects.toThrow(/changed since by something else.*are kept/);
    });
  });
});

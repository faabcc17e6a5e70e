import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { VectorSource, VectorTarget } from "../contract";
import { openExportSource } from "./source";
import { openExportTarget } from "./target";

let scratch = "";
let root = "";
const opened: (VectorSource | VectorTarget)[] = [];
beforeEach(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), "portage-export-"));
  root = path.join(scratch, "backup");
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()));
  await rm(scratch, { recursive: true, force: true });
});

const kept = <S extends VectorSource>(store: S): S => {
  opened.push(store);
  return store;
};
const shape = { name: "", dimension: 2, metric: "dotproduct" } as const;
const at = (namespace: string) => ({ index: "", namespace });
const some = (prefix: string, count = 20) =>
  Array.from({ length: count }, (_, number) => ({ id: `${prefix}-${number}`, values: [number, 1], metadata: {} }));
const counted = async (store: VectorSource) => {
  for await (const { namespaces } of store.namespaces(""))
    return Object.fromEntries(namespaces.map(({ name, count }) => [name, count.value]));
};

it("has what was finished and nothing half, while other namespaces are written, and all of it in the end", async () => {
  const [target, other] = [kept(openExportTarget(root)), kept(openExportTarget(root))];
  expect(await target.ensureIndex(shape)).toBe("created");
  const source = kept(openExportSource(root));
  await expect(source.listIds(at("one"))).rejects.toThrow(/not finished.*is not a backup.*Resume the run/);
  await target.upsert(at("one"), some("a"));
  await other.upsert(at("two"), some("b"));
  await target.complete?.(at("one"));
  expect(await counted(source)).toEqual({ one: 20 });
  expect((await source.inspect(""))?.vectors.note).toMatch(/not in it yet: resume the run/);
  expect(await counted(target)).toEqual({ one: 20, two: 20 });
  const second = kept(openExportTarget(root));
  await Promise.all([
    second.upsert(at("two"), some("c")),
    target.complete?.(at("one")),
    target.upsert(at("one"), some("d")),
    second.complete?.(at("two")),
    other.upsert(at("three"), some("e")),
  ]);
  await Promise.all(["three", "one", "two", "one"].map((namespace) => other.complete?.(at(namespace))));
  expect(await counted(source)).toEqual({ one: 40, two: 40, three: 20 });
  expect((await source.inspect(""))?.vectors.note).toBeUndefined();
});

it("keeps what was pending of others when it was stopped and opened again", async () => {
  const target = openExportTarget(root);
  await target.ensureIndex(shape);
  await target.upsert(at("one"), some("a"));
  await target.upsert(at("two"), some("b"));
  await target.complete?.(at("one"));
  await target.close();
  const again = kept(openExportTarget(root));
  expect(await counted(again)).toEqual({ one: 20, two: 20 });
  await again.complete?.(at("two"));
  expect(await counted(kept(openExportSource(root)))).toEqual({ one: 20, two: 20 });
});

it("is refused as the export of something else, and where other files are", async () => {
  const origin = { kind: "pinecone", account: "project a", index: "old" };
  const target = kept(openExportTarget(root));
  await target.ensureIndex({ ...shape, origin });
  await expect(target.ensureIndex({ ...shape, origin: { ...origin, index: "another" } })).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringContaining("it is of pinecone old"),
  });
  const mine = path.join(scratch, "mine");
  await mkdir(mine);
  await writeFile(path.join(mine, "letter.txt"), "Dear");
  const wrong = kept(openExportTarget(mine));
  await expect(wrong.ensureIndex(shape)).rejects.toThrow(/neither empty nor an export folder: "letter.txt"/);
  expect(await readFile(path.join(mine, "letter.txt"), "utf8")).toBe("Dear");
});

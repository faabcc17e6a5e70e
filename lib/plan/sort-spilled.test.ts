import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { compareBytes } from "@/lib/stores/byte-order";
import { mergeJoin } from "./merge-join";
import { sortSpilled } from "./sort-spilled";

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(path.join(os.tmpdir(), "portage-spill-"));
});
afterEach(() => rm(parent, { recursive: true, force: true }));

async function* pages(ids: readonly string[], size: number): AsyncGenerator<readonly string[]> {
  for (let start = 0; start < ids.length; start += size) yield ids.slice(start, start + size);
}

const listing = fc.array(fc.string({ unit: "grapheme", maxLength: 3 }), { maxLength: 80 });
const small = fc.integer({ min: 1, max: 9 });

test("joins unordered listings, repeats included, exactly as a naive join does", async () => {
  await fc.assert(
    fc.asyncProperty(listing, listing, small, small, async (source, target, runLength, size) => {
      const sorted = (ids: readonly string[], name: string) =>
        sortSpilled(pages(ids, size), { folder: path.join(parent, name), runLength, pageSize: size });
      const got = { sourceOnly: [] as string[], both: [] as string[], targetOnly: [] as string[] };
      for await (const chunk of mergeJoin(sorted(source, "source"), sorted(target, "target"), 7))
        for (const part of ["sourceOnly", "both", "targetOnly"] as const) got[part].push(...chunk[part]);
      const [left, right] = [new Set(source), new Set(target)];
      expect(got).toEqual({
        sourceOnly: [...left].filter((id) => !right.has(id)).sort(compareBytes),
        both: [...left].filter((id) => right.has(id)).sort(compareBytes),
        targetOnly: [...right].filter((id) => !left.has(id)).sort(compareBytes),
      });
    }),
    { numRuns: 60 },
  );
});

test("leaves nothing on the disk, also when it is left half-way or the listing fails", async () => {
  const folder = path.join(parent, "half");
  for await (const page of sortSpilled(pages(["b", "a", "d", "c"], 1), { folder, runLength: 2, pageSize: 1 })) {
    expect(page).toEqual(["a"]);
    break;
  }
  expect(existsSync(folder)).toBe(false);
  async function* failing(): AsyncGenerator<string[]> {
    yield ["b", "a"];
    throw new Error("the service is gone");
  }
  const read = async () => {
    for await (const page of sortSpilled(failing(), { folder, runLength: 1 })) expect(page).toBeNull();
  };
  await expect(read()).rejects.toThrow("the service is gone");
  expect(existsSync(folder)).toBe(false);
});

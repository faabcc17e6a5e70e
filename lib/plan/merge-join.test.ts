import fc from "fast-check";
import { expect, test } from "vitest";
import { compareBytes } from "@/lib/stores/byte-order";
import { mergeJoin } from "./merge-join";

async function* pages(ids: string[], size: number): AsyncGenerator<string[]> {
  for (let start = 0; start < ids.length; start += size) {
    yield ids.slice(start, start + size);
    if (start % 2 === 0) yield [];
  }
}

const sortedIds = fc
  .uniqueArray(fc.string({ unit: "binary", maxLength: 4 }), { maxLength: 60 })
  .map((ids) => ids.sort(compareBytes));

test("sorts every ID into source only, both or target only, once, in order, whatever the page and chunk sizes", async () => {
  const size = fc.integer({ min: 1, max: 9 });
  await fc.assert(
    fc.asyncProperty(sortedIds, sortedIds, size, size, size, async (source, target, left, right, chunk) => {
      const got = { sourceOnly: [] as string[], both: [] as string[], targetOnly: [] as string[] };
      let last: string | null = null;
      for await (const part of mergeJoin(pages(source, left), pages(target, right), chunk)) {
        const ids = [...part.sourceOnly, ...part.both, ...part.targetOnly].sort(compareBytes);
        expect(ids.length).toBeLessThanOrEqual(chunk);
        expect([part.first, part.last]).toEqual([ids[0], ids.at(-1)]);
        if (last !== null) expect(compareBytes(last, part.first)).toBeLessThan(0);
        last = part.last;
        for (const list of ["sourceOnly", "both", "targetOnly"] as const) got[list].push(...part[list]);
      }
      expect(got.sourceOnly).toEqual(source.filter((id) => !target.includes(id)));
      expect(got.both).toEqual(source.filter((id) => target.includes(id)));
      expect(got.targetOnly).toEqual(target.filter((id) => !source.includes(id)));
    }),
  );
});

test("a listing that fails fails the join instead of ending it", async () => {
  async function* broken(): AsyncGenerator<string[]> {
    yield ["a"];
    throw new Error("page 2 is gone");
  }
  const scan = async () => {
    for await (const _ of mergeJoin(broken(), pages(["a", "b"], 1), 1));
  };
  await expect(scan()).rejects.toThrow("page 2 is gone");
});

test("closes both listings when the reader stops early", async () => {
  const closed: string[] = [];
  async function* watched(name: string): AsyncGenerator<string[]> {
    try {
      for (let number = 0; ; number++) yield [String(number).padStart(9, "0")];
    } finally {
      closed.push(name);
    }
  }
  for await (const _ of mergeJoin(watched("source"), watched("target"), 2)) break;
  expect(closed.sort()).toEqual(["source", "target"]);
});

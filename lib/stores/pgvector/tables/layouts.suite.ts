import { afterAll, beforeAll, expect } from "vitest";
import type { VectorRecord, VectorSource, VectorTarget } from "../../contract";
import { openPgvectorSource, openPgvectorTarget } from "../index";
import { openTestSchema, type TestSchema } from "../testing";

type Given = Parameters<TestSchema["settings"]>[0];
const values = (seed: number) => [1, 2, 3].map((at) => Math.fround(Math.sin(seed + at)));
export const record = (id: string, metadata: VectorRecord["metadata"]): VectorRecord => ({
  id,
  values: values(id.length),
  metadata,
});
export const at = (index: string, namespace = "") => ({ index, namespace });

export type Layouts = ReturnType<typeof openLayouts>;

/** A schema for all tests of a file, and the stores that they open on it. */
export function openLayouts() {
  let schema: TestSchema;
  const opened: (VectorSource | VectorTarget)[] = [];
  beforeAll(async () => {
    schema = await openTestSchema();
  });
  afterAll(async () => {
    await Promise.all(opened.map((each) => each.close()));
    await schema.drop();
  });
  const source = (given: Given = {}) => {
    const store = openPgvectorSource(schema.settings(given));
    opened.push(store);
    return store;
  };
  const target = (given: Given = {}) => {
    const store = openPgvectorTarget(schema.settings(given));
    opened.push(store);
    return store;
  };
  /** Writes the records, and reads them back as they are listed. */
  const roundTrip = async (index: string, records: VectorRecord[], given: Given = {}, namespace = "") => {
    const { accepted, rejected } = await target(given).upsert(at(index, namespace), records);
    expect({ accepted, rejected }).toEqual({ accepted: records.map(({ id }) => id), rejected: [] });
    const { ids } = await source(given).listIds(at(index, namespace));
    expect(ids).toEqual(records.map(({ id }) => id).toSorted());
    const read = await source(given).fetchRecords(
      at(index, namespace),
      records.map(({ id }) => id),
    );
    expect(read).toEqual({ records, missing: [], unreadable: [] });
  };
  const sql = (text: string) => schema.sql(text);
  return { sql, source, target, roundTrip };
}

import { afterEach, expect, test } from "vitest";
import { recordViewSchema } from "@/lib/shapes/namespaces/record";
import { openTestContext, type TestSides } from "../verbs/testing";
import { showRecord, showRecordInput } from "./show-record";

let close = async () => {};
afterEach(() => close());

async function asked(sides: TestSides) {
  const { ctx, ...opened } = await openTestContext(sides);
  close = opened.close;
  const show = (name: string, record: string) => showRecord(ctx, showRecordInput.parse({ name, record }));
  return { ...opened, show };
}

test("a record is shown as both indexes have it, with what differs; the target's own keys are no difference", async () => {
  const { show, target } = await asked({ source: { a: 2 }, target: { a: 1 } });
  const metadata = { text: "another", clearance_level: 3 };
  await target.upsert({ index: "new-index", namespace: "a" }, [{ id: "a-0", values: [1, 0], metadata }]);
  const record = await show("a", "a-0");
  expect(recordViewSchema.parse(record)).toEqual(record);
  expect(record).toEqual({
    namespace: "a",
    id: "a-0",
    source: { text: "text 0" },
    target: metadata,
    differences: [{ sign: "~", key: "text", source: "text 0", target: "another" }],
  });
  expect(await show("a", "a-1")).toMatchObject({ source: { text: "text 1" }, target: null, differences: [] });
  expect(await show("a", "gone")).toMatchObject({ source: null, target: null });
});

test("without a target index there is the source's record; without a source nothing can be said", async () => {
  const { show } = await asked({ source: { "": 1 }, target: null });
  expect(await show("__default__", "-0")).toMatchObject({ namespace: "", source: { text: "text 0" }, target: null });
  await close();
  const without = await asked({ environment: { PINECONE_OLD_INDEX: "nowhere" } });
  await expect(without.show("a", "a-0")).rejects.toMatchObject({ code: "unknown-index" });
});

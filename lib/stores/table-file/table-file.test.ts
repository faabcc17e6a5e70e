import { appendFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { everything, failureOf, fileKinds } from "../files/file-kinds.suite";

const { scratch, open } = fileKinds();

describe("a table in a file", () => {
  const write = async (name: string, text: string) => {
    const file = path.join(scratch.path, name);
    await writeFile(file, text);
    return file;
  };
  const row = (id: string, emb: readonly number[], more: object = {}) =>
    `${JSON.stringify({ key: id, emb, body: `text of ${id}`, page: 1, ...more })}\n`;
  const columns = { idColumn: "key", textColumn: "body", vectorColumn: "emb" };

  it("is read by the chosen columns, in byte order, whatever its own", async () => {
    const file = await write("rows.jsonl", row("b", [1, 2]) + row("é", [3, 4], { tags: ["x"] }) + row("a", [5, 0.1]));
    const { records } = await everything(open("table-file", { path: file, ...columns }), "rows");
    expect(records).toEqual([
      { id: "a", values: [5, Math.fround(0.1)], metadata: { page: 1, text: "text of a" } },
      { id: "b", values: [1, 2], metadata: { page: 1, text: "text of b" } },
      { id: "é", values: [3, 4], metadata: { page: 1, tags: ["x"], text: "text of é" } },
    ]);
  });

  it("gives none of several rows of one ID, and none of another dimension, and says why", async () => {
    const rows = [
      row("a", [1, 2]),
      row("twice", [1, 1]),
      row("twice", [2, 2]),
      row("odd", [1, 2, 3]),
      row("b", [0, 1]),
    ];
    const source = open("table-file", { path: await write("odd.jsonl", rows.join("")), ...columns });
    const { records, unreadable } = await everything(source, "odd");
    expect(records.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(unreadable).toEqual([
      { id: "odd", detail: "Its vector has 3 numbers, where those of the collection have 2." },
      { id: "twice", detail: "2 records of the file have this ID." },
    ]);
    expect(await source.inspect("odd")).toMatchObject({ dimension: 2, metric: "cosine", vectors: { value: 4 } });
  });

  it("reads CSV, and says which columns there are when a chosen one is missing", async () => {
    const file = await write("rows.csv", 'id,text,embedding,page\na,"one, two","[1, 2]",3\n');
    const { records } = await everything(open("table-file", { path: file, metric: "dotproduct" }), "rows");
    expect(records).toEqual([{ id: "a", values: [1, 2], metadata: { page: "3", text: "one, two" } }]);
    const wrong = open("table-file", { path: file, textColumn: "body" });
    expect((await failureOf(wrong.inspect("rows"))).message).toMatch(
      /no column body\. It has: id, text, embedding, page/,
    );
  });

  it("that is appended to is read again, never half of one and half of the other", async () => {
    const file = await write("grows.jsonl", row("a", [1, 2]));
    const source = open("table-file", { path: file, ...columns });
    expect((await everything(source, "grows")).ids).toEqual(["a"]);
    await appendFile(file, row("b", [3, 4]));
    expect((await everything(source, "grows")).ids).toEqual(["a", "b"]);
    await appendFile(file, "{");
    expect(await failureOf(source.inspect("grows"))).toMatchObject({
      code: "invalid",
      message: expect.stringContaining("Line 3 is no JSON"),
    });
  });
});

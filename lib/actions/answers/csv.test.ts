import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvLine, writeRows } from "./csv";

/** Reads one line of CSV back, as RFC 4180 has it. */
function read(line: string): string[] {
  const cells: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  for (let found = pattern.exec(line); found; found = pattern.exec(line)) {
    cells.push(found[1] === undefined ? (found[2] ?? "") : found[1].replaceAll('""', '"'));
    if (found[3] === "\r\n") return cells;
  }
  throw new Error(`not a line: ${JSON.stringify(line)}`);
}

describe("a line of CSV", () => {
  it("reads back as what was written, but for the apostrophe before formulas", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" }), { minLength: 1 }), (cells) => {
        const line = csvLine(cells);
        const bare = (text: string) => text.replace(/(?<=^|[;\t\r\n])'(?=[=+\-@\t\r])/g, "");
        expect(read(line).map(bare)).toEqual(cells.map(bare));
        // To a reader that takes semicolons, tabs or any line end for what divides, no cell begins like a formula.
        for (const cell of line.split(/[;\t\r\n]/)) expect(cell).not.toMatch(/^"?[=+\-@]/);
      }),
    );
  });

  it("defuses every beginning that a spreadsheet executes, and leaves numbers alone", () => {
    for (const start of ["=", "+", "-", "@", "\t", "\r"])
      expect(read(csvLine([`${start}1+1`]))).toEqual([`'${start}1+1`]);
    expect(read(csvLine(["a;=1+1", "b\n@c"]))).toEqual(["a;'=1+1", "b\n'@c"]);
    expect(csvLine([-5, "a"])).toBe("-5,a\r\n");
  });
});

describe("rows as text", () => {
  async function* pages(): AsyncGenerator<{ id: string; note: string | null; more: number }[]> {
    yield [{ id: "a", note: null, more: 1 }];
    yield [{ id: "=b", note: 'say "hi"', more: 2 }];
  }
  const all = async (format: "csv" | "jsonl") => {
    let text = "";
    for await (const chunk of writeRows(pages(), format, ["id", "note"])) text += chunk;
    return text;
  };

  it("are a header and a line each as CSV, an object each as JSON lines", async () => {
    expect(await all("csv")).toBe('id,note\r\na,\r\n\'=b,"say ""hi"""\r\n');
    expect(await all("jsonl")).toBe('{"id":"a","note":null,"more":1}\n{"id":"=b","note":"say \\"hi\\"","more":2}\n');
  });
});

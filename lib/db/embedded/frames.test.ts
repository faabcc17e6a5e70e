import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrontendReader, readAnswer } from "./frames";

/** A frame with a letter, its length and a body; the first frame of a connection has no letter. */
function frame(letter: string, body: Uint8Array): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(letter), head, body]);
}
const startup = frame("", Buffer.alloc(4));
const body = fc.uint8Array({ maxLength: 40 });
/** Parse, Bind, Execute in any number, ended by Sync; or a simple Query. */
const batch = fc.oneof(
  fc
    .array(fc.tuple(fc.constantFrom("P", "B", "D", "E"), body), { maxLength: 4 })
    .map((frames) =>
      Buffer.concat([...frames.map(([letter, bytes]) => frame(letter, bytes)), frame("S", Buffer.alloc(0))]),
    ),
  body.map((bytes) => frame("Q", bytes)),
);

describe("reading what a client sends", () => {
  it("finds the same batches however the bytes are cut", () => {
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 6 }), fc.array(fc.nat(60), { maxLength: 40 }), (batches, cuts) => {
        const all = Buffer.concat([startup, ...batches]);
        const reader = new FrontendReader();
        const found = [];
        let at = 0;
        for (const cut of [...cuts, all.length]) {
          found.push(...reader.push(all.subarray(at, at + cut)));
          at = Math.min(all.length, at + cut);
        }
        const bytes = found.flatMap((one) => (one.kind === "batch" ? [one.bytes] : []));
        expect(bytes).toEqual(batches);
        expect(found[0]).toEqual({ kind: "startup" });
      }),
    );
  });

  it.each(["LISTEN a", "  listen a", "-- why\nLISTEN a"])("sees that %j listens", (text) => {
    const reader = new FrontendReader();
    const query = frame("Q", Buffer.from(`${text}\0`));
    const parse = Buffer.concat([frame("P", Buffer.from(`\0${text}\0\0\0`)), frame("S", Buffer.alloc(0))]);
    expect(reader.push(Buffer.concat([startup, query, parse])).slice(1)).toEqual([
      expect.objectContaining({ listens: true }),
      expect.objectContaining({ listens: true }),
    ]);
  });
});

describe("reading what the database answers", () => {
  it("keeps notifications apart from the rest, in order, and tells the session's state", () => {
    const letters = fc.array(fc.tuple(fc.constantFrom("T", "D", "C", "A", "N"), body), { maxLength: 10 });
    fc.assert(
      fc.property(letters, fc.constantFrom("I", "T", "E"), (frames, status) => {
        const made = frames.map(([letter, bytes]) => ({ letter, bytes: frame(letter, bytes) }));
        const end = frame("Z", Buffer.from(status));
        const answer = readAnswer(Buffer.concat([...made.map((one) => one.bytes), end]));
        const own = made.filter((one) => one.letter !== "A").map((one) => one.bytes);
        expect(Buffer.from(answer.bytes)).toEqual(Buffer.concat([...own, end]));
        expect(answer.notifications).toEqual(made.filter((one) => one.letter === "A").map((one) => one.bytes));
        expect(answer.status).toBe(status);
      }),
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textLines } from "./text-lines";

async function* inPieces(pieces: readonly string[]): AsyncGenerator<string> {
  yield* pieces;
}

async function linesOf(pieces: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of textLines(inPieces(pieces))) lines.push(line);
  return lines;
}

describe("lines of text in pieces", () => {
  it("are the same however the text was cut", async () => {
    const text = fc.array(fc.string({ unit: fc.constantFrom("a", "\n", "{", "\u2028") }));
    await fc.assert(
      fc.asyncProperty(text, async (pieces) => {
        const whole = pieces.join("").split("\n");
        if (whole.at(-1) === "") whole.pop();
        expect(await linesOf(pieces)).toEqual(whole);
      }),
    );
  });
});

/** Lines of text that comes in pieces of any length, without their ends; the last one may lack its end. */
export async function* textLines(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let begun = "";
  for await (const piece of pieces) {
    const lines = (begun + piece).split("\n");
    begun = lines.pop() ?? "";
    yield* lines;
  }
  if (begun !== "") yield begun;
}

export type Chunk = { text: string; title: string };

/** Characters that a chunk aims at; it ends with the paragraph that reaches the lower bound, and never exceeds the upper. */
const lower = 800;
const upper = 1200;

const heading = /^#{1,6}\s+(.+)$/;

/** A paragraph that is too long by itself, cut at blanks. */
function* split(paragraph: string): Generator<string> {
  let rest = paragraph;
  while (rest.length > upper) {
    const blank = Math.max(rest.lastIndexOf(" ", upper), rest.lastIndexOf("\n", upper));
    const at = blank > lower ? blank : upper;
    yield rest.slice(0, at);
    rest = rest.slice(at).trimStart();
  }
  if (rest !== "") yield rest;
}

/** Cuts a document into chunks of some 1,000 characters along its paragraphs; each knows the heading above it. */
export function chunkText(document: string, title: string): Chunk[] {
  const chunks: Chunk[] = [];
  let current = "";
  let currentTitle = title;
  let lastHeading = title;
  const close = () => {
    if (current.trim() !== "") chunks.push({ text: current.trim(), title: currentTitle });
    current = "";
    currentTitle = lastHeading;
  };
  for (const paragraph of document.replaceAll("\r\n", "\n").split(/\n{2,}/)) {
    const found = heading.exec(paragraph.trim().split("\n")[0] ?? "");
    if (found?.[1]) lastHeading = found[1].trim().slice(0, 200);
    for (const piece of split(paragraph)) {
      if (current.length + piece.length + 2 > upper) close();
      if (current === "") currentTitle = lastHeading;
      current = current === "" ? piece : `${current}\n\n${piece}`;
      if (current.length >= lower) close();
    }
  }
  close();
  return chunks;
}

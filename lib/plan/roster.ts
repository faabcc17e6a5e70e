/** Stands between the IDs of a roster. */
export const rosterSeparator = "\u001f";

/** IDs in one text to be searched; where one holds the separator, it is searched as if a space stood there. */
export function rosterOf(ids: readonly string[]): string {
  return ids.map(searchedFor).join(rosterSeparator);
}

/** What to look for in a roster. */
export function searchedFor(text: string): string {
  return text.replaceAll(rosterSeparator, " ");
}

/** Positions of the IDs that hold `text`, in order; `text` as {@link searchedFor} gave it, and not empty. */
export function positionsHolding(roster: string, text: string): number[] {
  const length = commonLength(roster);
  return length === null ? scanned(roster, text) : counted(roster, text, length + 1);
}

/** The length of all IDs where they are equally long, as most are: then a place in the text tells the position. */
function commonLength(roster: string): number | null {
  const first = roster.indexOf(rosterSeparator);
  if (first <= 0 || (roster.length + 1) % (first + 1) !== 0) return null;
  const separator = rosterSeparator.charCodeAt(0);
  let separators = 0;
  for (let at = first; at < roster.length; at += first + 1) {
    if (roster.charCodeAt(at) !== separator) return null;
    separators++;
  }
  return separators + 1 === sizeOfRoster(roster) ? first : null;
}

function counted(roster: string, text: string, step: number): number[] {
  const found: number[] = [];
  for (let hit = roster.indexOf(text); hit !== -1; ) {
    const position = Math.floor(hit / step);
    found.push(position);
    hit = roster.indexOf(text, (position + 1) * step);
  }
  return found;
}

function scanned(roster: string, text: string): number[] {
  const found: number[] = [];
  let position = 0;
  let start = 0;
  for (let hit = roster.indexOf(text); hit !== -1; ) {
    for (let end = roster.indexOf(rosterSeparator, start); end !== -1 && end < hit; ) {
      position++;
      start = end + 1;
      end = roster.indexOf(rosterSeparator, start);
    }
    found.push(position);
    const end = roster.indexOf(rosterSeparator, hit);
    if (end === -1) break;
    position++;
    start = end + 1;
    hit = roster.indexOf(text, start);
  }
  return found;
}

/** How many IDs there are in a roster that isn't empty. */
export function sizeOfRoster(roster: string): number {
  let size = 1;
  for (let at = roster.indexOf(rosterSeparator); at !== -1; at = roster.indexOf(rosterSeparator, at + 1)) size++;
  return size;
}

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
  const found: number[] = [];
  let position = 0;
  let counted = 0;
  for (let hit = roster.indexOf(text); hit !== -1; ) {
    for (let end = roster.indexOf(rosterSeparator, counted); end !== -1 && end < hit; ) {
      position++;
      counted = end + 1;
      end = roster.indexOf(rosterSeparator, counted);
    }
    found.push(position);
    const end = roster.indexOf(rosterSeparator, hit);
    if (end === -1) break;
    position++;
    counted = end + 1;
    hit = roster.indexOf(text, counted);
  }
  return found;
}

/** How many IDs there are in a roster that isn't empty. */
export function sizeOfRoster(roster: string): number {
  let size = 1;
  for (let at = roster.indexOf(rosterSeparator); at !== -1; at = roster.indexOf(rosterSeparator, at + 1)) size++;
  return size;
}

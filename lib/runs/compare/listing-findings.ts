import type { NewFinding } from "../lifecycle/finding-rows";
import type { Listings, SideListing } from "./counted-listing";
import type { Side } from "./work";

const number = (value: number) => value.toLocaleString("en-US");

/** What a listing gave against what statistics count, in a sentence; `null` where it gave all. */
export function shortfallWords(
  side: Side,
  { listed, counted, short, passedOver, asked, note }: SideListing,
): string | null {
  if (short === 0) return null;
  const again = asked === 1 ? "asked again once" : `asked again ${asked} times`;
  const what =
    passedOver > 0
      ? `the ${side}'s first listing gave ${number(listed)} IDs, a later one ${number(passedOver)} between them that it had passed over or that came meanwhile`
      : `the ${side}'s statistics count ${number(counted)} records, its listing gave ${number(listed)} (${again})`;
  return note === undefined ? what : `${what}; ${note}`;
}

/** Findings of a namespace's listings as a whole: they name no record. */
export function listingFindings(listings: Listings): (NewFinding & { id: string })[] {
  return (["source", "target"] as const).flatMap((side) => {
    const of = listings[side];
    const words = of === undefined ? null : shortfallWords(side, of);
    if (words === null) return [];
    const detail = `${words.charAt(0).toUpperCase()}${words.slice(1)}. Records that were not listed were not looked at. Start it again later: it takes up what is missing.`;
    return [{ id: "", kind: "warning" as const, reason: "listing-short" as const, detail }];
  });
}

/** Records that the listings of both sides didn't give. */
export function shortOf(listings: Listings): number {
  return (listings.source?.short ?? 0) + (listings.target?.short ?? 0);
}

/** Sides that may hold more than they show, with why. */
export function withheldSides(listings: Listings): { side: Side; why: string }[] {
  return (["source", "target"] as const).flatMap((side) => {
    const why = listings[side]?.withheld;
    return why === undefined ? [] : [{ side, why }];
  });
}

/** The sentences of sides that may hold more than they show. */
export const withheldWords = (listings: Listings): string[] =>
  withheldSides(listings).map(({ side, why }) => `of the ${side} only what it shows is known: ${why}`);

/** The sentences of sides whose listing gave less than their statistics count. */
export function shortWords(listings: Listings): string[] {
  return (["source", "target"] as const).flatMap((side) => {
    const of = listings[side];
    const words = of === undefined ? null : shortfallWords(side, of);
    return words === null ? [] : [words];
  });
}

/** These sides with their counts, as a verdict keeps them. */
export function shortSides(listings: Listings): { side: Side; listed: number; counted: number }[] {
  return (["source", "target"] as const).flatMap((side) => {
    const of = listings[side];
    return of === undefined || of.short === 0 ? [] : [{ side, listed: of.listed, counted: of.counted }];
  });
}

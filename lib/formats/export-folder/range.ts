import { byBytes } from "./folder-name";

/** IDs after `after` and from `from` on (which belongs to them), up to `upTo` (which does, too). `null`: no such bound. */
export type Range = { after: string | null; from?: string | null; upTo: string | null };
export const everything: Range = { after: null, upTo: null };

export function isWithin(id: string, range: Range): boolean {
  return reaches(id, range) && (range.upTo === null || byBytes(id, range.upTo) <= 0);
}

/** Whether a stretch of IDs has any within the range. */
export function overlaps({ first, last }: { first: string; last: string }, range: Range): boolean {
  return reaches(last, range) && (range.upTo === null || byBytes(first, range.upTo) <= 0);
}

function reaches(id: string, { after, from = null }: Range): boolean {
  return (after === null || byBytes(id, after) > 0) && (from === null || byBytes(id, from) >= 0);
}

export type Listing = { after?: string | null; prefix?: string };

/** IDs of a listing: those with a prefix stand together, so that it begins there and ends with them. */
export async function* listed(
  idsWithin: (range: Range) => AsyncIterable<string>,
  { after = null, prefix = "" }: Listing,
): AsyncGenerator<string> {
  for await (const id of idsWithin({ after, from: prefix, upTo: null })) {
    if (!id.startsWith(prefix)) return;
    yield id;
  }
}

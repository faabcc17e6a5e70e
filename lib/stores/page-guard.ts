/** So many pages in a row may bring nothing; a listing of empty pages would never end. */
export const mostEmptyPages = 500;

/** Why a listing is stopped; it is said with the number of pages. */
export type PageFault = "circle" | "empty";

/**
 * Sees that a paged listing goes on. A token that came before means a circle: found by Brent's method, which keeps one token, so that a listing
 * of millions of pages costs no memory. A circle of `n` pages is found within three times `n` and what lies before it.
 */
export class PageGuard {
  pages = 0;
  private kept: string | null = null;
  private keptAt = 0;
  private power = 1;
  private empty = 0;

  /** Takes note of a page: its token for the next one, and whether it brought anything new. Answers what is wrong, if anything. */
  next(token: string | null, brought: boolean): PageFault | null {
    this.pages++;
    this.empty = brought ? 0 : this.empty + 1;
    if (token === null) return null;
    if (this.empty >= mostEmptyPages) return "empty";
    if (token === this.kept) return "circle";
    if (this.pages - this.keptAt >= this.power) {
      this.kept = token;
      this.keptAt = this.pages;
      this.power *= 2;
    }
    return null;
  }
}

/** `The listing of namespaces of Pinecone goes in circles: after 3 pages it gave a token that it had given before`. */
export function pageFaultWords(fault: PageFault, of: { service: string; listing: string; pages: number }): string {
  const pages = `${of.pages.toLocaleString("en-US")} ${of.pages === 1 ? "page" : "pages"}`;
  return fault === "circle"
    ? `${of.service}'s listing of ${of.listing} goes in circles: within ${pages} it gave a token for the next page that it had given before`
    : `${of.service}'s listing of ${of.listing} doesn't end: of ${pages} the last ${mostEmptyPages} were empty, each with a token for another`;
}

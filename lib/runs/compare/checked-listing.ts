import { OperatorError } from "@/lib/operator-error";
import { findDisorder } from "@/lib/stores/byte-order";

/** A merge join over a listing out of order would take records for missing that are there. @throws OperatorError `listing-disorder` */
export async function* checked(pages: AsyncIterable<string[]>, service: string): AsyncGenerator<string[]> {
  let last: string | undefined;
  for await (const ids of pages) {
    const disorder = findDisorder(ids, last);
    if (disorder)
      throw new OperatorError({
        kind: "failed",
        code: "listing-disorder",
        what: `${service} listed ${JSON.stringify(disorder.id)} after ${JSON.stringify(disorder.before)}, against its declared order.`,
        notLost: "No plan was made of it, and nothing was written.",
        next: "Try again; if it happens again, report it to the service.",
      });
    last = ids.at(-1) ?? last;
    yield ids;
  }
}

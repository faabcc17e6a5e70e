/**
 * A path may hold these as they are. Of any other name frameworks and browsers don't agree how often it is decoded, and `..` is a step
 * upwards: those stand in the query, which is decoded exactly once.
 */
const plain = /^(?!\.{1,2}$)[\w.-]+$/;
const inQuery = "-";

/** The page of a namespace: names may hold anything, the default one has none. With `record`, that record is open on it. */
export function namespaceHref(name: string, record?: string): string {
  const shown = name === "" ? "__default__" : name;
  const path = plain.test(shown) && shown !== inQuery;
  const query = new URLSearchParams({
    ...(path ? {} : { name: shown }),
    ...(record === undefined ? {} : { record }),
  }).toString();
  return `/namespaces/${path ? shown : inQuery}${query === "" ? "" : `?${query}`}`;
}

/** The name that an address of the page means; `canonical: false` for one that {@link namespaceHref} wouldn't make. */
export function namespaceAt(segment: string, query: string | undefined): { name: string; canonical: boolean } {
  const named = query !== undefined && segment === inQuery ? query : decoded(segment);
  const name = named === "__default__" ? "" : named;
  const canonical = query !== undefined && segment === inQuery ? true : plain.test(segment);
  return { name, canonical };
}

/** As it stands in the address: typed, or from elsewhere. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

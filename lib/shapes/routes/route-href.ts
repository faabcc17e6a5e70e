/** An address of this app that leads along a route; one that names a route itself, and any other address, stays. */
export function hrefOn(route: string | null, href: string): string {
  if (route === null || !href.startsWith("/") || href.startsWith("/api/")) return href;
  const [whole = "", hash] = href.split("#", 2);
  const [path = "", query = ""] = whole.split("?", 2);
  const search = new URLSearchParams(query);
  if (search.has("route")) return href;
  search.set("route", route);
  return `${path}?${search.toString()}${hash === undefined ? "" : `#${hash}`}`;
}

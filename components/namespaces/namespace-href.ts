/** The page of a namespace: names may hold anything, the default one has none. */
export function namespaceHref(name: string): string {
  return `/namespaces/${encodeURIComponent(name === "" ? "__default__" : name)}`;
}

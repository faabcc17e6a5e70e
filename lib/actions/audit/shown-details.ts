/** Items of a list and characters of a text that an entry keeps. */
const most = { items: 20, characters: 400, depth: 6 };
const secretKey = /secret|password|passphrase|token$|api[-_]?key|authorization/i;

/**
 * What was asked, as the audit trail keeps it: secrets are left out by their keys, addresses lose what stands behind their host, and what is
 * long is cut with its length said.
 */
export function shownDetails(value: unknown, key = "", depth = 0): unknown {
  if (typeof value === "string") return secretKey.test(key) ? "[secret]" : shortened(withoutPath(value));
  if (typeof value !== "object" || value === null) return value;
  if (depth >= most.depth) return "…";
  if (Array.isArray(value)) {
    const kept = value.slice(0, most.items).map((item) => shownDetails(item, key, depth + 1));
    return value.length > most.items ? [...kept, `and ${value.length - most.items} more`] : kept;
  }
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shownDetails(item, name, depth + 1)]));
}

function withoutPath(text: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text;
  if (!URL.canParse(text)) return "[address]";
  const { protocol, host } = new URL(text);
  return `${protocol}//${host}/…`;
}

const shortened = (text: string) =>
  text.length > most.characters ? `${text.slice(0, most.characters)}… (${text.length} characters)` : text;

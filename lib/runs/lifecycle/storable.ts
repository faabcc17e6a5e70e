/** Text as PostgreSQL takes it: words of services and names of keys may hold a NUL, which no column does. */
export function storable(text: string): string {
  return text.includes("\0") ? text.replaceAll("\0", "\u2400") : text;
}

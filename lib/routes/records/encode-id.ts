/**
 * An ID of printable ASCII alone, for stores that take no other: what it can't hold becomes the bytes of its UTF-8 as `%E6`. A percent sign
 * is written as `%25` only where it would be read as such a byte, so that two IDs never become one, and plain ones stay as they are.
 */
export function encodeId(id: string): string {
  return id.replace(/%(?=[0-9A-F]{2})|[^ -~]+/g, (part) => {
    if (part === "%") return "%25";
    return [...Buffer.from(part)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
  });
}

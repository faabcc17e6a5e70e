/** A metadata value as a list shows it: texts as they are, all else as JSON. */
export const valueWords = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

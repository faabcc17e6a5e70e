import { OperatorError } from "@/lib/operator-error";

/** An option that doesn't fit, in words. */
export function refuse(option: string, got: string, expects: string): OperatorError {
  return new OperatorError({
    kind: "usage",
    code: "invalid-option",
    what: `${option} is ${JSON.stringify(got)}, which is not ${expects}.`,
    notLost: "Nothing was started and nothing was saved.",
    next: `Give ${option} ${expects}.`,
  });
}

/** `a,b`: what stands between the commas. */
export const list = (text: string) =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");

/** One of a list of words, or `undefined` when the option wasn't given. @throws OperatorError for another word */
export function oneOf<T extends string>(option: string, text: string | undefined, words: readonly T[]): T | undefined {
  if (text === undefined) return undefined;
  const found = words.find((word) => word === text);
  if (found === undefined) throw refuse(option, text, `one of ${words.join(", ")}`);
  return found;
}

import { problemOf } from "./problem";

const named = /^(\w+)(?:\.\w+)* isn't valid: (.*)$/s;

/**
 * Which field of a form a refusal is about, and its words there: by the refusal's code, else by the input that the server names first.
 * Nothing where it is about no field: then it stands on the page alone.
 * @param ofCode fields by the code of a refusal
 * @param ofInput fields by the name of a verb's input
 */
export function refusedFields<Field extends string>(
  error: unknown,
  ofCode: Readonly<Record<string, Field>>,
  ofInput: Readonly<Record<string, Field>>,
): Partial<Record<Field, string>> {
  if (error === null || error === undefined) return {};
  const { code, what } = problemOf(error);
  const byCode = ofCode[code];
  const words: Partial<Record<Field, string>> = {};
  if (byCode !== undefined) words[byCode] = what;
  const [, input = "", why = ""] = code === "invalid-input" ? (named.exec(what) ?? []) : [];
  const byInput = ofInput[input];
  if (byInput !== undefined) words[byInput] = why;
  return words;
}

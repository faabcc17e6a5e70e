import path from "node:path";
import { text as readAll } from "node:stream/consumers";
import { OperatorError } from "@/lib/operator-error";
import type { KindView } from "@/lib/shapes/routes/kind";
import { processStreams } from "./terminal";

type Field = KindView["fields"][number];

/** `--api-key` for `apiKey`. */
export const flagOf = (key: string): string => `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

function refuse(what: string, next: string): OperatorError {
  return new OperatorError({
    kind: "usage",
    code: "invalid-usage",
    what,
    notLost: "Nothing was saved.",
    next,
  });
}

/** `--flag value`, `--flag=value`, `--set key=value` and `--secret key=value`, in pairs of a setting's key and its text. */
function pairsOf(kind: Pick<KindView, "kind" | "fields">, words: readonly string[]): [Field, string][] {
  const pairs: [Field, string][] = [];
  const known = kind.fields.map(({ key }) => flagOf(key)).join(", ");
  const fieldNamed = (name: string) => {
    const field = kind.fields.find(({ key }) => key === name || flagOf(key) === name);
    if (field) return field;
    throw refuse(`${kind.kind} has no setting ${name}.`, `It has ${known}.`);
  };
  const left = [...words];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const [, flag = "", joined] = /^(--[^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (flag === "") throw refuse(`${JSON.stringify(word)} isn't a flag.`, `Settings are given as ${known}.`);
    const value = joined ?? left.shift();
    if (value === undefined) throw refuse(`${flag} has no value.`, `Give it one: ${flag} VALUE.`);
    if (flag !== "--set" && flag !== "--secret") pairs.push([fieldNamed(flag), value]);
    else {
      const [, key = "", text = ""] = /^([^=]+)=(.*)$/s.exec(value) ?? [];
      if (key === "")
        throw refuse(`${flag} ${JSON.stringify(value)} isn't KEY=VALUE.`, `Give it so: ${flag} KEY=VALUE.`);
      pairs.push([fieldNamed(key), text]);
    }
  }
  return pairs;
}

/**
 * Settings of a kind from what stood behind the command: flags are made from the kind's own description. A secret is `env:NAME`, or `-` to be
 * read from stdin: what stands on a command line is seen by others and kept in histories.
 */
export async function givenSettings(
  kind: Pick<KindView, "kind" | "fields">,
  words: readonly string[],
  stdin: () => Promise<string> = () => readAll(processStreams.in),
): Promise<Record<string, string | null>> {
  const settings: Record<string, string | null> = {};
  for (const [field, value] of pairsOf(kind, words)) {
    if (value === "none" && !field.required) settings[field.key] = null;
    else if (field.secret) settings[field.key] = await secretOf(field, value, stdin);
    else settings[field.key] = field.path ? path.resolve(value) : value;
  }
  return settings;
}

async function secretOf(field: Field, value: string, stdin: () => Promise<string>): Promise<string> {
  if (value.startsWith("env:")) return value;
  if (value === "-") {
    const text = (await stdin()).replace(/\r?\n$/, "");
    if (text !== "") return text;
    throw refuse(`Nothing came from stdin for ${flagOf(field.key)}.`, "Pipe the secret in.");
  }
  throw refuse(
    `${flagOf(field.key)} is a secret, and what stands on a command line is kept in its history.`,
    `Name a variable (${flagOf(field.key)} env:NAME), or pipe it in (${flagOf(field.key)} -).`,
  );
}

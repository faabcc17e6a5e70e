import { z } from "zod";
import type { Config } from "@/lib/config";
import type { DescribedField } from "@/lib/described";
import { fromText } from "@/lib/described";
import { isOperatorError, OperatorError } from "@/lib/operator-error";
import { Secret } from "@/lib/secret";
import type { ConnectionRow, KeptSecret } from "./connection-rows";
import { allowedPath } from "./folders";
import type { Kind } from "./kinds";
import { invalidSetting } from "./refusals";
import { seal } from "./seal";

/** Settings as they came: left out or `""` keeps what was (of a secret, too), `null` takes it away. */
export const givenSettings = z.record(
  z.string().max(100),
  z.union([z.string().max(20_000), z.number(), z.boolean(), z.null()]),
);
export type GivenSettings = z.infer<typeof givenSettings>;

export type Settled = Pick<ConnectionRow, "settings" | "sealed" | "shown">;

/** Portage's own: no service has a use for them, and a connection could send them anywhere. */
const own = new Set([
  "DATABASE_URL",
  "REDIS_URL",
  "PORTAGE_SECRET_KEY",
  "PORTAGE_SECRET_KEY_OLD",
  "PORTAGE_WEBHOOK_SECRET",
]);

/**
 * What is kept of the settings that were given: each as its kind wants it, paths below the allowed folders, secrets sealed.
 * @param before what is kept so far, when a connection is changed
 * @throws OperatorError `invalid-input` that names the first setting that doesn't fit; `path-not-allowed`, `secret-key-missing`
 */
export function settleSettings(
  config: Config,
  of: { name: string; kind: Kind; given: GivenSettings; before: ConnectionRow | null },
): Settled {
  const { kind, given, before } = of;
  const unknown = Object.keys(given).find((key) => !kind.fields.some((field) => field.key === key));
  if (unknown !== undefined) {
    const known = kind.fields.map(({ key }) => key).join(", ");
    throw invalidSetting(unknown, `${kind.service} has no such setting; it has ${known}`);
  }
  const settled: Settled = { settings: {}, sealed: {}, shown: {} };
  for (const field of kind.fields.filter(({ secret }) => !secret)) {
    const value = settlePlain(config, field, given[field.key], before?.settings[field.key]);
    if (value !== undefined) settled.settings[field.key] = value;
  }
  const moved = before !== null && kind.fields.some((field) => hasMoved(field, { given, settled, before }));
  for (const field of kind.fields.filter(({ secret }) => secret)) {
    const kept = settleSecret(config, of, field, moved);
    if (!kept) continue;
    settled.sealed[field.key] = kept.kept;
    settled.shown[field.key] = kept.shown;
  }
  return settled;
}

function settlePlain(config: Config, field: DescribedField, given: unknown, before: unknown) {
  const typed = typeof given === "string" && given.trim() === "" ? null : given;
  const value = typed === undefined ? before : typed === null ? undefined : fromText(field, typed);
  const parsed = field.schema.safeParse(value);
  if (!parsed.success) throw invalidSetting(field.key, whyOf(field, value, parsed.error));
  if (field.path && typeof value === "string") return atField(field.key, () => allowedPath(config, value));
  return z
    .json()
    .optional()
    .parse(value ?? parsed.data);
}

function whyOf(field: DescribedField, value: unknown, error: z.ZodError): string {
  if (value === undefined) return `${field.label} is needed`;
  return error.issues[0]?.message ?? "it has another form";
}

/** A refusal that has words of its own, at its field. */
function atField<T>(key: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isOperatorError(error)) throw error;
    const { kind, code, what, notLost, next } = error;
    throw new OperatorError({ kind, code, what: `settings.${key} isn't valid: ${what}`, notLost, next, cause: error });
  }
}

function hasMoved(
  field: DescribedField,
  { given, settled, before }: { given: GivenSettings; settled: Settled; before: ConnectionRow },
): boolean {
  if (!field.address) return false;
  // An address that holds a password is sealed itself: given again, it counts as another.
  if (field.secret) return isGiven(given[field.key]);
  return settled.settings[field.key] !== before.settings[field.key];
}

const isGiven = (value: unknown) => value !== undefined && value !== "";

function settleSecret(
  config: Config,
  { name, given, before }: { name: string; given: GivenSettings; before: ConnectionRow | null },
  field: DescribedField,
  moved: boolean,
): { kept: KeptSecret; shown: string } | null {
  const value = given[field.key];
  const kept = before?.sealed[field.key];
  if (!isGiven(value)) {
    if (kept && moved) throw invalidSetting(field.key, `another address asks for ${field.label} again`);
    if (kept) return { kept, shown: before?.shown[field.key] ?? "" };
    if (field.required) throw invalidSetting(field.key, `${field.label} is needed`);
    return null;
  }
  if (value === null) {
    if (field.required) throw invalidSetting(field.key, `${field.label} is needed`);
    return null;
  }
  const text = String(value).trim();
  const [, variable] = /^env:(.*)$/s.exec(text) ?? [];
  const opened = variable === undefined ? text : readVariable(config, field.key, variable);
  const parsed = field.schema.safeParse(opened);
  // The issue's message could quote the secret.
  if (!parsed.success) throw invalidSetting(field.key, `${field.label} has another form than ${field.help}`);
  if (variable !== undefined) return { kept: { env: variable }, shown: `env:${variable}` };
  return {
    kept: { sealed: seal(config, { connection: name, field: field.key }, text) },
    shown: new Secret(text).masked(),
  };
}

/**
 * What a variable holds that a connection names.
 * @throws OperatorError `invalid-input` when it isn't set, isn't a name, or is one of Portage's own
 */
export function readVariable(config: Config, key: string, variable: string): string {
  if (!/^[A-Za-z_]\w*$/.test(variable)) throw invalidSetting(key, "after env: stands the name of a variable");
  if (own.has(variable)) throw invalidSetting(key, `${variable} is a secret of Portage itself`);
  const text = config.variable(variable);
  if (text === undefined) throw invalidSetting(key, `the variable ${variable} isn't set where Portage runs`);
  return text;
}

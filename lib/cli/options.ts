import { readConfig } from "@/lib/config";
import { OperatorError } from "@/lib/operator-error";
import { refuse } from "./option-values";
import type { OutputFlags } from "./terminal";

/** Options that every verb takes. */
export type CommonOptions = OutputFlags & { yes?: boolean | undefined };

/** A whole number of an option, or `undefined` when it wasn't given. Throws an `OperatorError` that names the option and the range. */
export function wholeNumber(option: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  const range = `a whole number from ${least.toLocaleString("en-US")} to ${most.toLocaleString("en-US")}`;
  if (!Number.isSafeInteger(value) || value < least || value > most) throw refuse(option, text, range);
  return value;
}

/** An amount of US dollars, or `undefined` when the option wasn't given. */
export function dollars(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+(\.\d+)?$/.test(text)) throw refuse(option, text, "an amount of US dollars, such as 2.50");
  return Number(text);
}

/** A number of GB, or `undefined` when the option wasn't given. */
export function gigabytes(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+(\.\d+)?$/.test(text)) throw refuse(option, text, "a number of GB, such as 12.5");
  return Number(text);
}

/** Named namespaces or all of them: exactly one of the two. */
export function chosenNamespaces(
  names: readonly string[],
  all: boolean | undefined,
): { namespaces: string[] } | { all: true } {
  // What a script passes whose variable is empty: it must not mean the default namespace.
  if (names.includes(""))
    throw new OperatorError({
      kind: "usage",
      code: "empty-name",
      what: "A namespace was named by an empty text.",
      notLost: "Nothing was started and nothing was spent.",
      next: "Name it; the default namespace is written __default__.",
    });
  if (all && names.length === 0) return { all: true };
  if (!all && names.length > 0) return { namespaces: [...names] };
  throw new OperatorError({
    kind: "usage",
    code: "no-namespaces",
    what: all ? "Namespaces were named and --all was given, too." : "No namespace was named.",
    notLost: "Nothing was started and nothing was spent.",
    next: "Name namespaces, or give --all; `portage namespaces` lists them.",
  });
}

/** The route by name; left out, the one that `PORTAGE_ROUTE` names. */
export type RouteOption = { route?: string };

/** The route as verbs take it: what this process's own settings mean, also where another one's server is asked. */
export function routed({ route }: { route?: string | undefined }): { route: string } {
  return { route: route ?? readConfig().route };
}

/** The route by which a list is filtered, as verbs take it; left out, things of all routes are listed. */
export const ofRoute = ({ route }: RouteOption) => (route === undefined ? {} : { route });

/** How far a run may go before it pauses. */
export type CeilingOptions = { maxCost?: string; maxTexts?: string; maxRecords?: string; maxEgress?: string };

/** Ceilings as verbs take them: `none` takes one away; those that weren't given are left out. */
export function ceilingsOf(options: CeilingOptions) {
  const none = (text: string | undefined) => text === "none";
  const maxUsd = none(options.maxCost) ? null : dollars("--max-cost", options.maxCost);
  const maxTexts = none(options.maxTexts) ? null : wholeNumber("--max-texts", options.maxTexts, 0, mostRecords);
  const maxRecords = none(options.maxRecords) ? null : wholeNumber("--max-records", options.maxRecords, 0, mostRecords);
  return {
    ...(maxUsd === undefined ? {} : { maxUsd }),
    ...(maxTexts === undefined ? {} : { maxTexts }),
    ...(maxRecords === undefined ? {} : { maxRecords }),
    ...readingCeilingsOf(options),
  };
}

/** The same for what only reads. */
export function readingCeilingsOf({ maxEgress: text }: Pick<CeilingOptions, "maxEgress">) {
  const maxEgress = text === "none" ? null : gigabytes("--max-egress", text);
  return maxEgress === undefined ? {} : { maxEgress };
}

/** How far mirroring may go by itself. */
export type LimitOptions = { maxCreates?: string; maxUpdates?: string; maxCost?: string; allowProblems?: boolean };

const mostRecords = 1_000_000_000;

/** Limits as verbs take them; those that weren't given are left out. */
export function limitsOf(options: LimitOptions) {
  const maxCreates = wholeNumber("--max-creates", options.maxCreates, 0, mostRecords);
  const maxUpdates = wholeNumber("--max-updates", options.maxUpdates, 0, mostRecords);
  const maxUsd = dollars("--max-cost", options.maxCost);
  return {
    ...(maxCreates === undefined ? {} : { maxCreates }),
    ...(maxUpdates === undefined ? {} : { maxUpdates }),
    ...(maxUsd === undefined ? {} : { maxUsd }),
    allowProblems: options.allowProblems === true,
  };
}

import { z } from "zod";
import { OperatorError } from "@/lib/operator-error";
import { type RowChoice, rowConditionSchema } from "@/lib/shapes/routes/fill";
import { defaultRoute, routeName } from "@/lib/shapes/routes/route";
import { namespaceInput } from "../verbs/parse-input";

/** Which namespaces a run is about: named ones or all of the source's. */
export const chosenInput = {
  namespaces: z.array(namespaceInput).max(100_000).optional(),
  all: z.boolean().optional(),
};

/** The route by name; left out, the one that `PORTAGE_ROUTE` names. */
export const routedInput = { route: routeName.optional() };

/** Only what belongs to this route; left out, that of all routes. */
export const ofRouteInput = { route: routeName.optional() };

/**
 * A condition over a run or plan: it was made under a route.
 * @param value the number of the statement's value, `$1`, that holds the route's name; `null`: any route
 */
export const ofRoute = (row: string, value: string): string =>
  `(${value}::text IS NULL OR coalesce(${row}."settings" #>> '{route,name}', '${defaultRoute}') = ${value}::text)`;

/** What may be applied without a look at it first; left out, it isn't limited. */
export const limitsInput = {
  maxCreates: z.int().min(0).max(1_000_000_000).optional(),
  maxUpdates: z.int().min(0).max(1_000_000_000).optional(),
  /** US dollars, by the plan's estimate. */
  maxUsd: z.number().min(0).max(1_000_000_000).optional(),
};

const most = 1_000_000_000;
/** How far a run may go before it pauses; left out, the configuration's ceilings hold, `null` takes one away. */
export const ceilingsInput = {
  /** US dollars of embedding, reads and writes. */
  maxUsd: z.number().min(0).max(most).nullable().optional(),
  /** Texts embedded. */
  maxTexts: z.int().min(0).max(most).nullable().optional(),
  /** Records written. */
  maxRecords: z.int().min(0).max(most).nullable().optional(),
  /** GB that the stores answer and bill. */
  maxEgress: z.number().min(0).max(most).nullable().optional(),
};
/** The same of what only reads. */
export const readingCeilingsInput = { maxEgress: ceilingsInput.maxEgress };

export const reembeddingInput = z.strictObject({
  ...chosenInput,
  ...routedInput,
  /** Of a table that is filled: only rows with this value. */
  where: rowConditionSchema.optional(),
  /** Of a table that is filled: rows that have a vector get another. */
  force: z.boolean().optional(),
  /** At most so many records of each namespace are created. */
  limit: z.int().min(1).max(1_000_000_000).optional(),
  /** Texts in one embedding request. */
  batchSize: z
    .int("the batch size is a whole number from 1 to 100")
    .min(1, "the batch size is from 1 to 100")
    .max(100, "the batch size is from 1 to 100")
    .optional(),
});
export type ReembeddingInput = z.infer<typeof reembeddingInput>;

/** Which rows of a table are meant, where any were chosen. Those that are filled again are known by the moment of this start. */
export function rowsOf({ where, force }: ReembeddingInput): RowChoice | undefined {
  if (where === undefined && force !== true) return undefined;
  return { ...(where && { where }), ...(force === true && { again: new Date().toISOString() }) };
}

/** The choice of rows as an operator reads it, beside what a plan says otherwise. */
export function choiceWarnings({ where, force }: ReembeddingInput): { code: string; words: string }[] {
  return [
    ...(where === undefined
      ? []
      : [
          {
            code: "rows-chosen",
            words: `Only rows are looked at whose ${where.column} is ${where.value === "" ? "empty" : JSON.stringify(where.value)}.`,
          },
        ]),
    ...(force === true
      ? [{ code: "filled-again", words: "Rows that have a vector get another: what they have now is replaced." }]
      : []),
  ];
}

/** @throws OperatorError when nothing, or names and "all" at once, were chosen */
export function namedOrAll<Name>(input: {
  namespaces?: readonly Name[] | undefined;
  all?: boolean | undefined;
}): Name[] | "all" {
  const named = [...new Set(input.namespaces ?? [])];
  if (input.all === true && named.length === 0) return "all";
  if (input.all !== true && named.length > 0) return named;
  throw new OperatorError({
    kind: "usage",
    code: "no-namespaces",
    what: input.all === true ? "Namespaces were named and all were asked for, too." : "No namespace was named.",
    notLost: "Nothing was started and nothing was spent.",
    next: "Name namespaces, or ask for all of them (--all).",
  });
}

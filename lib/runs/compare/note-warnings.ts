import { z } from "zod";
import { textRuleWords } from "@/lib/plan/text";
import type { PlanWarning } from "@/lib/shapes/plans/plan";
import { reasonSchema, reasonWords } from "@/lib/shapes/runs/reason";
import type { RunSettings } from "@/lib/shapes/runs/run";
import type { EngineParts } from "../lifecycle/parts";
import { cutWarning, pluralOf } from "./cut-texts";
import { isTextless } from "./text-key-sample";
import { unknownVectors } from "./unknown-vectors";
import { withheldRecords } from "./withheld-records";

const tallySchema = z.object({ kind: z.string(), reason: reasonSchema, count: z.number() });
const longTextsSchema = z.object({
  longTexts: z.object({
    seen: z.number(),
    keys: z.array(z.object({ key: z.string(), count: z.number(), json: z.boolean() })),
  }),
});

/**
 * Adds to a plan what its analysis found that an operator should know: what can't be migrated and why, which texts are cut, what a side may not show, and vectors in the target whose model isn't known.
 */
export async function noteWarnings(
  { database, embedder }: EngineParts,
  of: { planId: string; runId: string; settings: RunSettings },
): Promise<void> {
  const tally = await database.rows(
    tallySchema,
    `SELECT "kind", "reason", count(*)::int AS "count" FROM "Finding" WHERE "runId" = $1 GROUP BY "kind", "reason" ORDER BY 3 DESC, 2`,
    [of.runId],
  );
  const skipped = tally.filter(({ kind }) => kind === "skipped");
  const cut = tally.find(({ kind, reason }) => kind === "warning" && reason === "text-too-long");
  const warnings: PlanWarning[] = [];
  if (skipped.length > 0) {
    const all = skipped.reduce((sum, { count }) => sum + count, 0);
    const reasons = skipped.map(({ count, reason }) => `${count.toLocaleString("en-US")} ${reasonWords[reason]}`);
    warnings.push({
      code: "not-migrated",
      words: `${pluralOf(all, "record")} can't be migrated: ${reasons.join(", ")}.`,
      findings: { runId: of.runId, kind: "skipped" },
    });
  }
  if (skipped.some(({ reason }) => isTextless(reason))) warnings.push(await textKeyWarning(database, of));
  if (cut) warnings.push(cutWarning(cut.count, embedder.limits.tokensPerText, of.runId));
  const withheld = await withheldRecords(database, of.runId);
  if (withheld) warnings.push(withheld);
  const unknown = await unknownVectors(database, of);
  if (unknown) warnings.push(unknown);
  if (warnings.length === 0) return;
  await database.run(
    `UPDATE "Plan" SET "warnings" = "warnings" || $2::jsonb WHERE "id" = $1 AND "state" IN ('planning', 'failed')
        AND NOT EXISTS (SELECT 1 FROM jsonb_array_elements("warnings") AS w WHERE w ->> 'code' IN ('not-migrated', 'texts-cut', 'models-unknown', 'records-withheld'))`,
    [of.planId, JSON.stringify(warnings)],
  );
}

async function textKeyWarning(
  database: EngineParts["database"],
  { runId, settings }: { runId: string; settings: RunSettings },
): Promise<PlanWarning> {
  const rows = await database.rows(
    longTextsSchema,
    `SELECT "longTexts" FROM "Segment" WHERE "runId" = $1 AND "longTexts" IS NOT NULL ORDER BY "position" LIMIT 100`,
    [runId],
  );
  const seen = rows.reduce((sum, { longTexts }) => sum + longTexts.seen, 0);
  const keys = new Map<string, { count: number; json: boolean }>();
  for (const { longTexts } of rows)
    for (const { key, count, json } of longTexts.keys)
      keys.set(key, { count: (keys.get(key)?.count ?? 0) + count, json });
  const found = [...keys]
    .sort(([, a], [, b]) => b.count - a.count)
    .slice(0, 5)
    .map(
      ([key, { count, json }]) => `${JSON.stringify(key)} (${count.toLocaleString("en-US")}${json ? ", as JSON" : ""})`,
    );
  const route = settings.route?.name;
  const set = route === undefined ? "set TEXT_KEY to it" : `name it as the text of the route ${route}`;
  const named =
    route === undefined
      ? "TEXT_KEY names the key that is embedded"
      : `The route ${route} names the text that is embedded (--text KEY or --template "{KEY} {KEY}" of portage routes add, and its page)`;
  const words =
    found.length > 0
      ? `Of ${pluralOf(seen, "record")} without a usable ${textRuleWords(settings)} that were looked at, long texts are in ${found.join(", ")}. If one of these is what is to be embedded, ${set}.`
      : `None of ${pluralOf(seen, "record")} without a usable ${textRuleWords(settings)} that were looked at holds a long text under another key. ${named}.`;
  return { code: "text-key", words };
}

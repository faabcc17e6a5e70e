import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { Config } from "@/lib/config";
import { mostAsked } from "@/lib/runs/history/trim";
import type { History, HistoryPart } from "@/lib/shapes/history";
import { amount } from "../answers/columns";
import type { Context } from "../verbs/context";

export const showHistoryInput = z.strictObject({});

/** `at`: when a row came; where rows are many it isn't indexed, and the first that was numbered tells the oldest. */
type Stored = {
  part: HistoryPart;
  tables: readonly [string, ...string[]];
  at: string;
  kept: string;
  numbered?: boolean;
};

const sizeSchema = z.object({ rows: amount, bytes: amount, oldest: z.date().nullable() });

/** What of Portage's past takes how much room, with how long it is kept. */
export async function showHistory(ctx: Context, _input: z.infer<typeof showHistoryInput>): Promise<History> {
  const parts: History["parts"] = [];
  for (const { part, tables, at, kept, numbered } of storedParts(ctx.config)) {
    const sizes = tables.map((table) => `pg_total_relation_size('"${table}"'::regclass)`).join(" + ");
    const oldest = numbered ? `(SELECT "${at}" FROM "${tables[0]}" ORDER BY "id" LIMIT 1)` : `min("${at}")`;
    const [found] = await ctx.database.rows(
      sizeSchema,
      `SELECT count(*)::float8 AS rows, ${oldest} AS oldest, (${sizes})::float8 AS bytes FROM "${tables[0]}"`,
    );
    if (found) parts.push({ part, kept, ...found, oldest: found.oldest?.toISOString() ?? null });
  }
  const [queue] = await ctx.database.rows(
    z.object({ bytes: amount }),
    `SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::float8 AS bytes FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'bullmq' AND c.relkind = 'r'`,
  );
  parts.push({ part: "queue", rows: null, bytes: queue?.bytes ?? 0, oldest: null, kept: "until it is worked on" });
  parts.push(await logFiles(ctx.config));
  return { parts, bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0) };
}

function storedParts({ history, auditDays }: Pick<Config, "history" | "auditDays">): Stored[] {
  const { days, runs, findings, detailDays, readings, messages } = history;
  const number = (value: number) => value.toLocaleString("en-US");
  const age = (value: number | null) => (value === null ? [] : [`${number(value)} days`]);
  const most = (value: number | null, words: string) => (value === null ? [] : [`the newest ${number(value)}${words}`]);
  const kept = (...limits: string[][]) => limits.flat().join(", ") || "without a limit";
  const run = kept(age(days), most(runs, " runs"));
  return [
    { part: "runs", tables: ["Run", "Segment", "Progress", "Ceiling"], at: "createdAt", kept: run },
    {
      part: "findings",
      tables: ["Finding"],
      at: "at",
      numbered: true,
      kept: kept([`with their run`], most(findings, "")),
    },
    {
      part: "log",
      tables: ["Event"],
      at: "at",
      numbered: true,
      kept: kept(age(detailDays), ["the timeline with its run"]),
    },
    { part: "throughput", tables: ["Sample"], at: "at", kept: kept(age(detailDays)) },
    {
      part: "plans",
      tables: ["Plan", "Chunk", "Change", "ChangeRoster", "ChangeFacet", "FacetBlock", "Exclusion", "PlanComment"],
      at: "createdAt",
      kept: kept(["with their runs"], age(days)),
    },
    {
      part: "readings",
      tables: ["Reading", "FleetReading", "Standing"],
      at: "at",
      kept: kept(age(days), most(readings, " of each namespace"), ["always the last"]),
    },
    {
      part: "schedules",
      tables: ["ScheduledRun", "Delivery"],
      at: "endedAt",
      kept: kept(age(days), most(messages, " of each schedule")),
    },
    {
      part: "gates",
      tables: ["Gate"],
      at: "startedAt",
      kept: kept(age(days), ["always the last of a route, and those of switches"]),
    },
    {
      part: "questions",
      tables: ["AskedQuestion", "QuestionSet"],
      at: "at",
      numbered: true,
      kept: kept(age(days), most(mostAsked, "; sets until they are removed")),
    },
    { part: "attention", tables: ["Attention"], at: "since", kept: kept(["while it is open"], age(days)) },
    { part: "audit", tables: ["Audit"], at: "at", kept: kept(age(auditDays)) },
  ];
}

const logName = /^portage\.log(\.\d+)?$/;

async function logFiles({ dataDir, log }: Pick<Config, "dataDir" | "log">): Promise<History["parts"][number]> {
  const names = (await readdir(dataDir).catch(() => [])).filter((name) => logName.test(name));
  const found = await Promise.all(names.map((name) => stat(path.join(dataDir, name)).catch(() => null)));
  const files = found.filter((file) => file !== null);
  const oldest = files.map(({ birthtime }) => birthtime.toISOString()).sort()[0] ?? null;
  return {
    part: "log-files",
    rows: files.length,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    oldest,
    kept: `${log.days} days, at most ${log.files} files of ${log.megabytes} MB`,
  };
}

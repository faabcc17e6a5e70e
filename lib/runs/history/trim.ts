import type { HistoryLimits } from "./removable";
import { type Removal, removeRows } from "./steps";

/** Questions to both sides that are kept, of all routes together. */
export const mostAsked = 20_000;

const olderThan = (column: string, value: string) =>
  `t."${column}" < clock_timestamp() - ${value}::int * interval '1 day'`;

/** What is removed row by row, because nothing else stands on it: details of ended runs, readings, messages, gates, canaries, old items of the inbox. */
export async function trimHistory(removal: Removal, limits: HistoryLimits): Promise<void> {
  const { days, detailDays, messages } = limits;
  const endedBefore = `EXISTS (SELECT 1 FROM "Run" r WHERE r."id" = t."runId" AND r."endedAt" < clock_timestamp() - $1::int * interval '1 day'
     AND r."state" IN ('succeeded', 'succeeded-with-findings', 'cancelled'))`;
  await removeRows(removal, "Sample", `${olderThan("at", "$1")} AND ${endedBefore}`, [detailDays]);
  await removeRows(removal, "Event", `${olderThan("at", "$1")} AND t."channel" = 'log' AND ${endedBefore}`, [
    detailDays,
  ]);
  await trimReadings(removal, limits);
  const beyond = (table: string, order: string) =>
    `(SELECT count(*) FROM (SELECT 1 FROM "${table}" n WHERE n."scheduleId" = t."scheduleId" AND n."${order}" > t."${order}" LIMIT $2::int) AS newer) >= $2::int`;
  await removeRows(
    removal,
    "ScheduledRun",
    `(${olderThan("endedAt", "$1")} OR ${beyond("ScheduledRun", "id")})
       AND EXISTS (SELECT 1 FROM "ScheduledRun" n WHERE n."scheduleId" = t."scheduleId" AND n."id" > t."id")`,
    [days, messages],
  );
  await removeRows(
    removal,
    "Delivery",
    `t."state" <> 'waiting' AND (${olderThan("createdAt", "$1")} OR ${beyond("Delivery", "createdAt")})`,
    [days, messages],
  );
  // A verdict that a switch names is what that switch rests on, and what a canary holds the answers against.
  await removeRows(
    removal,
    "Gate",
    `t."endedAt" IS NOT NULL AND ${olderThan("endedAt", "$1")}
       AND EXISTS (SELECT 1 FROM "Gate" n WHERE n."routeName" = t."routeName" AND n."endedAt" IS NOT NULL AND n."startedAt" > t."startedAt")
       AND NOT EXISTS (SELECT 1 FROM "Switch" w WHERE w."gateId" = t."id")`,
    [days],
  );
  await removeRows(
    removal,
    "Canary",
    `${olderThan("at", "$1")} AND EXISTS (SELECT 1 FROM "Canary" n WHERE n."routeName" = t."routeName" AND n."at" > t."at")`,
    [days],
  );
  await removeRows(
    removal,
    "AskedQuestion",
    `${olderThan("at", "$1")} OR t."id" <= (SELECT max("id") FROM "AskedQuestion") - ${mostAsked}`,
    [days],
  );
  // One of a run that is still there would be opened again.
  await removeRows(
    removal,
    "Attention",
    `coalesce(t."solvedAt", t."acknowledgedAt") < clock_timestamp() - $1::int * interval '1 day'
       AND NOT EXISTS (SELECT 1 FROM "Run" r WHERE r."id" = t."runId") AND NOT EXISTS (SELECT 1 FROM "Plan" p WHERE p."id" = t."planId")`,
    [days],
  );
  await removeRows(removal, "WorkerBeat", olderThan("seenAt", "$1"), [1]);
}

/** The last reading of a namespace stays, however old it is. */
async function trimReadings(removal: Removal, { days, readings }: HistoryLimits): Promise<void> {
  const same = ["source", "sourceAccount", "target", "targetAccount", "namespace"]
    .map((column) => `n."${column}" = t."${column}"`)
    .join(" AND ");
  await removeRows(
    removal,
    "Reading",
    `${olderThan("at", "$1")} AND EXISTS (SELECT 1 FROM "Reading" n WHERE ${same} AND n."at" > t."at")`,
    [days],
  );
  if (readings !== null)
    await removeRows(
      removal,
      "Reading",
      `(t."source", t."sourceAccount", t."target", t."targetAccount", t."namespace") IN (
          SELECT "source", "sourceAccount", "target", "targetAccount", "namespace" FROM "Reading" GROUP BY 1, 2, 3, 4, 5 HAVING count(*) > $1::int)
        AND (SELECT count(*) FROM (SELECT 1 FROM "Reading" n WHERE ${same} AND n."at" > t."at" LIMIT $1::int) AS newer) >= $1::int`,
      [readings],
    );
  await removeRows(
    removal,
    "FleetReading",
    `${olderThan("at", "$1")} AND EXISTS (SELECT 1 FROM "FleetReading" n WHERE n."source" = t."source" AND n."target" = t."target" AND n."at" > t."at")`,
    [days],
  );
}

import { z } from "zod";
import {
  type Gate,
  type GateDetail,
  gateQuestionSchema,
  gateResultSchema,
  gateSettingsSchema,
  gateVerdicts,
} from "@/lib/shapes/cut-over/gate";
import { instant } from "../answers/columns";
import type { Context } from "../verbs/context";
import { notFound } from "../verbs/not-found";

/** A gate whose process says nothing for so long has ended with it. Milliseconds. */
export const silentFor = 60_000;

const columns = `"id", "routeName", "routeRevision", "planId", "verdict", "words", "settings", "startedBy", "startedAt", "endedAt",
  ("endedAt" IS NULL AND "beatAt" < clock_timestamp() - ${silentFor} * interval '1 millisecond') AS "silent"`;
const rowSchema = z.object({
  ...{ id: z.string(), routeName: z.string(), routeRevision: z.number(), planId: z.string().nullable() },
  ...{ verdict: z.enum(gateVerdicts), words: z.string(), settings: gateSettingsSchema, startedBy: z.string() },
  ...{ startedAt: instant, endedAt: instant.nullable(), silent: z.boolean() },
});

function gateOf({ routeName, routeRevision, silent, ...row }: z.infer<typeof rowSchema>): Gate {
  return {
    ...row,
    route: { id: routeName, name: routeName, revision: routeRevision },
    state: row.endedAt !== null ? "ended" : silent ? "interrupted" : "running",
  };
}

/** Verdicts, newest first; of one route where it is named. */
export async function readGates({ database }: Context, route: string | undefined, limit: number): Promise<Gate[]> {
  const rows = await database.rows(
    rowSchema,
    `SELECT ${columns} FROM "Gate" WHERE $1::text IS NULL OR "routeName" = $1 ORDER BY "startedAt" DESC, "id" DESC LIMIT $2`,
    [route ?? null, limit],
  );
  return rows.map(gateOf);
}

/** One with all that was asked and told. @throws OperatorError `gate-not-found` */
export async function readGate({ database }: Context, id: string): Promise<GateDetail> {
  const [row] = await database.rows(
    rowSchema.extend({ result: gateResultSchema.nullable(), questions: z.array(gateQuestionSchema) }),
    `SELECT ${columns}, "result", "questions" FROM "Gate" WHERE "id" = $1`,
    [id],
  );
  if (!row) throw notFound("gate", id);
  const { result, questions, ...gate } = row;
  return { ...gateOf(gate), result, questions };
}

import { isServiceFailure } from "@/lib/failures";
import { runGate } from "@/lib/gate/run-gate";
import { isOperatorError } from "@/lib/operator-error";
import type { GateResult } from "@/lib/shapes/cut-over/gate";
import type { Ceilings } from "@/lib/shapes/runs/ceilings";
import { noteReads } from "../search/route-sides";
import { spendingOf } from "./gate-spending";
import type { PreparedGate } from "./prepare-gate";

/** How often a gate says that it is at work. Milliseconds; see `silentFor`. */
const beatEvery = 10_000;

export const unfinished = "It was not finished.";

/** Works after the answer was given; whatever goes wrong is written down as the reason of an INCONCLUSIVE verdict. */
export async function checkBehind(prepared: PreparedGate, id: string, ceilings: Ceilings): Promise<void> {
  const { ctx, sides } = prepared;
  const { database, log } = ctx;
  const { gate, spent } = spendingOf(prepared, ceilings);
  const beat = setInterval(() => {
    database.run(`UPDATE "Gate" SET "beatAt" = clock_timestamp() WHERE "id" = $1`, [id]).catch(() => {});
    noteReads(ctx, sides).catch(() => {});
  }, beatEvery);
  beat.unref();
  try {
    const { result, questions } = await runGate(gate);
    await noteReads(ctx, sides);
    await database.run(
      `UPDATE "Gate" SET "verdict" = $2, "words" = $3, "result" = $4::jsonb, "questions" = $5::jsonb, "endedAt" = clock_timestamp() WHERE "id" = $1`,
      [id, result.verdict, wordsOf(result), storable({ ...result, spent: spent() }), storable(questions)],
    );
  } catch (error) {
    const words = isOperatorError(error)
      ? error.what
      : isServiceFailure(error)
        ? error.message
        : "Portage itself failed; the log holds why.";
    log.error({ error, gate: id }, "a gate was not finished");
    await noteReads(ctx, sides).catch(() => {});
    await database
      .run(`UPDATE "Gate" SET "words" = $2, "endedAt" = clock_timestamp() WHERE "id" = $1`, [
        id,
        `${unfinished} ${words}`,
      ])
      .catch(() => {});
  } finally {
    clearInterval(beat);
  }
}

/** No database keeps a NUL character in JSON. */
const storable = (value: unknown) =>
  JSON.stringify(value, (_, part) => (typeof part === "string" ? part.replaceAll("\0", "") : part));

function wordsOf({ reasons, asked }: GateResult): string {
  const [first] = reasons;
  if (first && first.level !== "note") return first.words;
  const told = reasons.find(({ code }) => code === "overlap" || code === "worse-recallK");
  return told?.words ?? `${asked} questions were answered alike.`;
}

import { z } from "zod";
import type { Database } from "@/lib/db/contract";
import { Pace } from "./pace";

const askedEveryMs = 400;
const limitSchema = z.object({ speedLimit: z.number().nullable() });

export type KeptPace = { pace: Pace; stop: () => void };

/** The pace of a run, kept in step with what operators set while it works. */
export async function keepPace(database: Database, runId: string): Promise<KeptPace> {
  const read = async (): Promise<number | null> => {
    const [run] = await database.rows(limitSchema, `SELECT "speedLimit" FROM "Run" WHERE "id" = $1`, [runId]);
    return run?.speedLimit ?? null;
  };
  const pace = new Pace(await read());
  let asking = false;
  const timer = setInterval(() => {
    if (asking) return;
    asking = true;
    read()
      .then((limit) => pace.set(limit))
      // The next turn asks again; whatever is wrong with the database stops the run elsewhere.
      .catch(() => {})
      .finally(() => {
        asking = false;
      });
  }, askedEveryMs);
  return { pace, stop: () => clearInterval(timer) };
}

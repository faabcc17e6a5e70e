import type { Upserted } from "../../contract";
import { refusal } from "../connection/failures";
import type { Asking } from "../connection/session";
import { fetchHeads } from "../reading/records";
import type { Layout } from "../tables/layout";
import type { Accepted } from "./accept";
import { type Noted, writeRecords } from "./upsert";

/**
 * Writes vectors to rows that have some, and sees to it that these rows count as done now: one that doesn't would be embedded and paid for again by
 * whoever takes the run up. In a transaction, of which nothing is kept then.
 */
export async function writeAgain(
  asking: Asking,
  layout: Layout,
  namespace: string,
  records: readonly Accepted[],
  { model, again }: Noted,
): Promise<Upserted> {
  const upserted = await writeRecords(asking, layout, namespace, records, { model, again });
  if (model === null) return upserted;
  const { missing } = await fetchHeads(asking, layout, {
    ...{ rows: { model, again }, namespace, ids: upserted.accepted },
  });
  if (missing.length === 0) return upserted;
  const { table, marks } = layout;
  throw refusal(
    "conflict",
    "upsert",
    `${missing.length} of ${upserted.accepted.length} rows of ${table.name} didn't keep what marks them as done, the time ${again} in ${marks.time?.name}: a trigger or rule of the table sets it otherwise`,
    "Nothing of this batch was kept, and each try would pay for the same rows. Name another column as the connection's time column and plan again, or switch that trigger off for this run.",
  );
}

import { isServiceFailure } from "@/lib/failures";
import type { Capacity } from "@/lib/plan/classify-change";
import type { RouteConflict, ShownFields } from "@/lib/shapes/routes/route-preview";
import type { IndexShape, NewIndex, VectorTarget } from "@/lib/stores/contract";
import { attempt } from "../verbs/attempt";
import type { Connection } from "../verbs/service-words";

/** What a target's index says of the records that would be written to it. */
export type FieldsSeen = Pick<ShownFields, "fields"> & {
  conflicts: RouteConflict[];
  refuses: Capacity["refuses"] | null;
};

/** Which named fields a route's records go to, and what of them the index lacks or requires. */
export async function examineFields(
  target: VectorTarget,
  { stands, made, connection }: { stands: IndexShape | null; made: NewIndex; connection: Connection },
  signal?: AbortSignal,
): Promise<FieldsSeen | null> {
  if (!target.fieldsOf || stands?.unfit) return null;
  const options = signal ? { signal } : {};
  const { fields, stops, notes } = await attempt(connection, async () => target.fieldsOf?.(made, options), signal).then(
    (shown) => shown ?? { fields: [], stops: [], notes: [] },
  );
  const conflicts: RouteConflict[] = [
    ...stops.map(
      (words): RouteConflict => ({
        line: "target",
        level: "stop",
        code: "fields-differ",
        words: `${made.name} can't be written so: ${words}.`,
        next: stands
          ? "Its fields can't be changed: name those that it has, or choose another index."
          : "Give the fields other names.",
      }),
    ),
    ...notes.map(
      (words, at): RouteConflict => ({ line: "target", level: "warn", code: `fields-${at}`, words, next: "" }),
    ),
  ];
  if (stops.length > 0) return { fields, conflicts, refuses: null };
  try {
    return { fields, conflicts, refuses: (await target.refusalOf?.(made.name, stands ? null : made, options)) ?? null };
  } catch (error) {
    // The preview goes without: a plan asks again, and counts what is refused.
    if (isServiceFailure(error)) return { fields, conflicts, refuses: null };
    throw error;
  }
}

import { z } from "zod";
import { differencesOf } from "@/lib/plan/classify-change";
import { renamedTo, renamingOf, writtenAs } from "@/lib/routes/namespaces";
import { routeOf } from "@/lib/routes/route-now";
import { settingsFor } from "@/lib/runs/lifecycle/settings";
import type { RecordView } from "@/lib/shapes/namespaces/record";
import type { RecordHead } from "@/lib/stores/contract";
import { routedInput } from "../runs/run-input";
import { attempt } from "../verbs/attempt";
import type { Context } from "../verbs/context";
import { onRoute } from "../verbs/on-route";
import { namespaceInput } from "../verbs/parse-input";
import { unknownIndex } from "../verbs/service-words";
import { usedBy } from "../verbs/used-by";
import { inspectSide } from "./inventory";

export const showRecordInput = z.strictObject({
  name: namespaceInput,
  /** The record's ID. */
  record: z.string().min(1).max(512),
  ...routedInput,
});

/** One record as both indexes have it now: a request to each. Throws an `OperatorError` (`unknown-index`) when the source doesn't exist. */
export async function showRecord(
  asked: Context,
  input: z.infer<typeof showRecordInput>,
  options: { signal?: AbortSignal } = {},
): Promise<RecordView> {
  const ctx = await onRoute(asked, input.route);
  const written = writtenAs(input.name, renamingOf(routeOf(ctx).namespaces));
  const side = async (of: "source" | "target"): Promise<RecordHead | null> => {
    const shape = await inspectSide(ctx, of, options);
    if (!shape && of === "source") throw unknownIndex(ctx, of);
    if (!shape) return null;
    const place = { index: shape.name, namespace: of === "source" ? input.name : written };
    const fetched = await attempt(
      usedBy(ctx, of),
      () => ctx[of].fetchHeads(place, [input.record], options),
      options.signal,
    );
    return fetched.records[0] ?? null;
  };
  const [source, target] = await Promise.all([side("source"), side("target")]);
  const differences =
    source && target ? differencesOf(source, target, { ...settingsFor(ctx), vectors: undefined }) : [];
  return {
    namespace: input.name,
    ...renamedTo({ name: input.name, written }),
    id: input.record,
    source: source?.metadata ?? null,
    target: target?.metadata ?? null,
    differences,
  };
}

import { z } from "zod";
import { isOperatorError } from "@/lib/operator-error";
import { routeDefinitionSchema } from "@/lib/shapes/routes/route";
import type { RoutePreview } from "@/lib/shapes/routes/route-preview";
import type { Context } from "../verbs/context";
import { asOperatorError } from "../verbs/service-words";
import type { VerbOptions } from "../verbs/verb";
import { examineRoute } from "./examine-route";
import { previewRecords } from "./preview-records";

export const previewRouteInput = z.strictObject({ definition: routeDefinitionSchema });

/**
 * What a route would do, before it is saved: both ends as they are, what stands against it and how it settles what differs, and its first
 * records as they would be written. Nothing is embedded and nothing is written.
 */
export async function previewRoute(
  ctx: Context,
  { definition }: z.infer<typeof previewRouteInput>,
  { signal }: VerbOptions = {},
): Promise<RoutePreview> {
  return examineRoute(
    ctx,
    definition,
    async ({ embedder, takes, creates: _, fields, refuses, ...found }, source) => {
      const preview = {
        ...found,
        embedder: embedder && {
          service: embedder.service,
          model: embedder.space.model,
          dimension: embedder.space.dimension,
        },
        ...(fields && fields.length > 0 && { fields }),
        records: [],
      };
      if (!source) return { ...preview, noRecords: "The source can't be read." };
      try {
        const can = takes ?? { ...source.can, metadata: "flat" };
        const records = await previewRecords(source, definition, { can, refuses }, signal);
        return { ...preview, records, noRecords: records.length === 0 ? "The source holds no records yet." : null };
      } catch (error) {
        const { connection } = definition.source;
        const known = asOperatorError(error, { name: connection, key: connection, address: connection });
        if (!isOperatorError(known)) throw error;
        return { ...preview, noRecords: known.what };
      }
    },
    signal,
  );
}

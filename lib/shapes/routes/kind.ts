import { z } from "zod";
import { connectionRoles } from "./route";

/** A kind of store or embedder as it describes itself: forms and flags are made from it. */
export const kindSchema = z.object({
  kind: z.string(),
  role: z.enum(connectionRoles),
  service: z.string(),
  /** What it calls a collection and a namespace; `null` where it has none, and of an embedder. */
  collection: z.string().nullable(),
  namespace: z.string().nullable(),
  /** What `KIND:PLACE` on the command line fills, and whether a collection follows it; `null` of an embedder. */
  place: z.object({ setting: z.string().nullable(), collection: z.enum(["none", "optional", "required"]) }).nullable(),
  reads: z.boolean(),
  writes: z.boolean(),
  fields: z.array(
    z.object({
      key: z.string(),
      label: z.string(),
      help: z.string(),
      placeholder: z.string().nullable(),
      secret: z.boolean(),
      address: z.boolean(),
      path: z.boolean(),
      required: z.boolean(),
      type: z.enum(["text", "number", "boolean", "choice"]),
      choices: z.array(z.string()),
      /** As text; `null`: nothing is set where it is left out. */
      fallback: z.string().nullable(),
    }),
  ),
});
export type KindView = z.infer<typeof kindSchema>;

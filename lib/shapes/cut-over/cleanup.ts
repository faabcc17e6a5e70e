import { z } from "zod";
import { warningSchema } from "../runs/warning";

/** What of the old side could go. Portage deletes nothing: whoever wants it gone runs the command. */
export const cleanupSchema = z.object({
  route: z.string(),
  items: z.array(
    z.object({
      what: z.string(),
      service: z.string(),
      records: z.object({ value: z.number(), exact: z.boolean() }),
      /** Bytes of its vectors alone, as 32-bit numbers; `null` where the dimension isn't known. */
      vectorBytes: z.number().nullable(),
      /** `null` while an application asks it: nobody is shown how to delete that. */
      command: z.string().nullable(),
    }),
  ),
  /** Why not yet; empty: nothing speaks against it. */
  notYet: z.array(warningSchema),
});
export type Cleanup = z.infer<typeof cleanupSchema>;

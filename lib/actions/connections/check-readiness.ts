import { z } from "zod";
import { withDeadline } from "@/lib/http/deadline";
import type { Context } from "../verbs/context";

const patience = 2000;

/** Whether Portage can work now: its database answers within 2 s. */
export async function checkReadiness(ctx: Context): Promise<boolean> {
  return withDeadline(patience, undefined, ({ signal }) => {
    const late = new Promise<boolean>((resolve) => signal.addEventListener("abort", () => resolve(false)));
    const asked = ctx.database.rows(z.object({ one: z.number() }), "SELECT 1 AS one").then(
      () => true,
      (error: unknown) => {
        ctx.log.error({ error }, "The database doesn't answer.");
        return false;
      },
    );
    return Promise.race([asked, late]);
  });
}

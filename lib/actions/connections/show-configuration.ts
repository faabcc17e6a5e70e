import { z } from "zod";
import { egressThisMonth } from "@/lib/runs/lifecycle/egress-rows";
import { egressSchema, settingViewSchema } from "@/lib/shapes/overview";
import type { Context } from "../verbs/context";

export const showConfigurationInput = z.strictObject({});
export const configurationSchema = z.object({
  mode: z.enum(["sandbox", "live"]),
  settings: z.array(settingViewSchema),
  egress: egressSchema,
});

/** What runs read this month that stores bill as egress, and what of that the plan includes. */
export async function readEgress({ database, config }: Pick<Context, "database" | "config">) {
  return { bytes: await egressThisMonth(database), freeGb: config.freeEgressGb };
}

/** Every setting in force and where it comes from; secrets masked to their last four characters. */
export async function showConfiguration(ctx: Context, _input: z.infer<typeof showConfigurationInput>) {
  return { mode: ctx.config.mode, settings: ctx.config.settings, egress: await readEgress(ctx) };
}

import { z } from "zod";
import { settingViewSchema } from "@/lib/shapes/overview";
import type { Context } from "../verbs/context";

export const showConfigurationInput = z.strictObject({});
export const configurationSchema = z.object({
  mode: z.enum(["sandbox", "live"]),
  settings: z.array(settingViewSchema),
});

/** Every setting in force and where it comes from; secrets masked to their last four characters. */
export async function showConfiguration(ctx: Context, _input: z.infer<typeof showConfigurationInput>) {
  return { mode: ctx.config.mode, settings: ctx.config.settings };
}

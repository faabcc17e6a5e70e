import type { z } from "zod";
import { type ExportFormat, exportTypes } from "../answers/csv";
import type { Context } from "./context";
import { parseInput } from "./parse-input";
import type { AnyDownload, VerbOptions } from "./verb";

/** Rows of something with an ID, whole, as JSON lines or CSV; `what` stands in the file's name. */
export function rowsDownload<Input extends { id: string; format: ExportFormat }>({
  input: schema,
  what,
  rows,
  ...described
}: Pick<AnyDownload, "name" | "summary" | "path"> & {
  input: z.ZodType<Input>;
  what: string;
  rows(ctx: Context, input: Input, options: VerbOptions): Promise<AsyncIterable<string>>;
}): AnyDownload {
  return {
    ...described,
    role: "viewer",
    input: schema,
    async open(ctx, raw, options) {
      const input = parseInput(schema, raw);
      const chunks = await rows(ctx, input, options);
      return { type: exportTypes[input.format], fileName: `${input.id}-${what}.${input.format}`, chunks };
    },
  };
}

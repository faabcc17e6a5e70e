import { z } from "zod";
import type { Gate, GateDetail } from "@/lib/shapes/cut-over/gate";
import { routeName } from "@/lib/shapes/routes/route";
import type { Context } from "../verbs/context";
import { idInput } from "../verbs/parse-input";
import { readGate, readGates } from "./gate-rows";

export const listGatesInput = z.strictObject({
  route: routeName.optional(),
  limit: z.int().min(1).max(100).default(20),
});

/** Verdicts, newest first. */
export async function listGates(ctx: Context, input: z.infer<typeof listGatesInput>): Promise<{ gates: Gate[] }> {
  return { gates: await readGates(ctx, input.route, input.limit) };
}

export const showGateInput = z.strictObject({ id: idInput });

/** A verdict with its reasons, figures and questions; `state: "running"` as long as it isn't there. @throws OperatorError `gate-not-found` */
export async function showGate(ctx: Context, { id }: z.infer<typeof showGateInput>): Promise<GateDetail> {
  return readGate(ctx, id);
}

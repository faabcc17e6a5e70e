import { z } from "zod";
import { gateDetailSchema, gateSchema } from "@/lib/shapes/cut-over/gate";
import { gateCostSchema } from "@/lib/shapes/cut-over/gate-cost";
import { verb } from "../verbs/verb";
import { startGateInput } from "./prepare-gate";
import { listGates, listGatesInput, showGate, showGateInput } from "./show-gate";
import { estimateGate, startGate } from "./start-gate";

/** Checking a route: the part of the registry. */
export const gateVerbs = {
  listGates: verb({
    method: "GET",
    kind: "read",
    name: "listGates",
    role: "viewer",
    summary: "Verdicts on routes, newest first.",
    path: "/gates",
    input: listGatesInput,
    output: z.object({ gates: z.array(gateSchema) }),
    run: listGates,
  }),
  showGate: verb({
    method: "GET",
    kind: "read",
    name: "showGate",
    role: "viewer",
    summary: "A verdict with its reasons, figures and questions.",
    path: "/gates/{id}",
    input: showGateInput,
    output: gateDetailSchema,
    run: showGate,
  }),
  estimateGate: verb({
    method: "POST",
    kind: "read",
    name: "estimateGate",
    role: "operator",
    summary: "What judging a route would read, ask and embed, and what that costs. Asks for shapes and counts alone.",
    path: "/gates/estimate",
    input: startGateInput,
    output: z.object({ cost: gateCostSchema }),
    run: estimateGate,
  }),
  startGate: verb({
    method: "POST",
    kind: "write",
    name: "startGate",
    role: "operator",
    summary: "Begins to check whether the target of a route answers as well as its source. Both are only read.",
    path: "/gates",
    input: startGateInput,
    output: gateDetailSchema,
    run: startGate,
  }),
};

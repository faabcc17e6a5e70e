import { z } from "zod";
import { gateDetailSchema, gateSchema } from "@/lib/shapes/cut-over/gate";
import { verb } from "../verbs/verb";
import { listGates, listGatesInput, showGate, showGateInput } from "./show-gate";
import { startGate, startGateInput } from "./start-gate";

/** Judging a route: the part of the registry. */
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
  startGate: verb({
    method: "POST",
    kind: "write",
    name: "startGate",
    role: "operator",
    summary: "Begins to judge whether the target of a route answers as well as its source. Both are only read.",
    path: "/gates",
    input: startGateInput,
    output: gateDetailSchema,
    run: startGate,
  }),
};

import { canarySchema, paritySchema } from "@/lib/shapes/cut-over/canary";
import { verb } from "../verbs/verb";
import { runCanary, runCanaryInput } from "./run-canary";
import { showParity, showParityInput } from "./show-parity";

/** Watching what was switched: the part of the registry. */
export const canaryVerbs = {
  runCanary: verb({
    method: "POST",
    kind: "write",
    name: "runCanary",
    role: "operator",
    summary: "Asks both sides of a route its verdict's questions again, and holds the answers against the verdict.",
    path: "/canaries",
    input: runCanaryInput,
    output: canarySchema,
    run: runCanary,
  }),
  showParity: verb({
    method: "GET",
    kind: "read",
    name: "showParity",
    role: "viewer",
    summary:
      "For a monitor: whether the targets that applications ask answer as when they were checked; an error while one doesn't.",
    path: "/health/parity",
    input: showParityInput,
    output: paritySchema,
    run: showParity,
  }),
};

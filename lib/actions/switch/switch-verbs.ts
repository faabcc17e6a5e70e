import { cleanupSchema } from "@/lib/shapes/cut-over/cleanup";
import { switchAnswerSchema, switchStandingSchema } from "@/lib/shapes/cut-over/switch";
import { verb } from "../verbs/verb";
import { showCleanup, showCleanupInput } from "./show-cleanup";
import { showSwitch, showSwitchInput } from "./show-switch";
import { switchRoute, switchRouteInput } from "./switch-route";

/** Which side applications ask: the part of the registry. */
export const switchVerbs = {
  showSwitch: verb({
    method: "GET",
    kind: "read",
    name: "showSwitch",
    role: "viewer",
    summary: "Which side a route's application is told to ask, the history of that, and the route that leads back.",
    path: "/routes/{name}/switch",
    input: showSwitchInput,
    output: switchStandingSchema,
    run: showSwitch,
  }),
  showCleanup: verb({
    method: "GET",
    kind: "read",
    name: "showCleanup",
    role: "viewer",
    summary: "What of a route's old side could go, by which command, and why not yet. Nothing is deleted.",
    path: "/routes/{name}/cleanup",
    input: showCleanupInput,
    output: cleanupSchema,
    run: showCleanup,
  }),
  switchRoute: verb({
    method: "POST",
    kind: "write",
    name: "switchRoute",
    role: "approver",
    summary:
      "Has a route's application ask the other side, by a file that is replaced in one step; refused without a verdict.",
    path: "/routes/{name}/switch",
    input: switchRouteInput,
    output: switchAnswerSchema,
    run: switchRoute,
  }),
};

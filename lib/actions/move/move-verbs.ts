import { moveSchema } from "@/lib/shapes/cut-over/move";
import { verb } from "../verbs/verb";
import { showMove, showMoveInput } from "./show-move";

/** The story of a route: the part of the registry. */
export const moveVerbs = {
  showMove: verb({
    method: "GET",
    kind: "read",
    name: "showMove",
    role: "viewer",
    summary: "The steps of a route's move in order, each with its state and what to do next.",
    path: "/move",
    input: showMoveInput,
    output: moveSchema,
    run: showMove,
  }),
};

import { historySchema } from "@/lib/shapes/history";
import { verb } from "../verbs/verb";
import { showHistory, showHistoryInput } from "./show-history";

/** What Portage keeps of its own past: the part of the registry. */
export const historyVerbs = {
  showHistory: verb({
    method: "GET",
    kind: "read",
    name: "showHistory",
    role: "viewer",
    summary: "What of Portage's own past takes how much room, and how long it is kept.",
    path: "/history",
    input: showHistoryInput,
    output: historySchema,
    run: showHistory,
  }),
};

import { defaultConnections, defaultRoute } from "@/lib/shapes/routes/route";
import type { RouteNow } from "./route-now";

const byEnvironment = {
  source: "PINECONE_OLD_INDEX",
  target: "PINECONE_NEW_INDEX",
  model: "GEMINI_EMBEDDING_MODEL",
  dimension: "GEMINI_OUTPUT_DIMENSIONS",
  task: "GEMINI_TASK_TYPE",
} as const;

/** A route as far as advice goes: who sets its ends, and who its embedder. */
type Advised = Pick<RouteNow, "name"> & { embedder: Pick<NonNullable<RouteNow["embedder"]>, "connection"> | null };

/** What an operator changes to have another index, model or dimension: a variable where the environment sets it, else the route or its connection. */
export function settingOf({ name, embedder }: Advised, what: keyof typeof byEnvironment): string {
  if (what === "source" || what === "target")
    return name === defaultRoute ? byEnvironment[what] : `the ${what} of route ${name}`;
  const connection = embedder?.connection ?? defaultConnections.embedder;
  return connection === defaultConnections.embedder
    ? byEnvironment[what]
    : `the ${what} of the connection ${connection}`;
}

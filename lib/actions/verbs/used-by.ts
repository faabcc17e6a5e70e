import { kindNamed } from "@/lib/routes/kinds";
import type { OpenedConnection } from "@/lib/routes/open-connection";
import { routeOf } from "@/lib/routes/route-now";
import { defaultConnections } from "@/lib/shapes/routes/route";
import type { Context } from "./context";
import type { Connection, NamedConnection } from "./service-words";

type Used = "source" | "target" | "embedder";

/** What the key and the address of a connection are called, for words about failures. */
export function namedConnection({ name, kind }: Pick<OpenedConnection, "name" | "kind">): NamedConnection {
  const { fields } = kindNamed(kind);
  const labels = (of: (field: (typeof fields)[number]) => boolean | undefined) =>
    fields
      .filter(of)
      .map(({ label }) => label)
      .join(" and ") || "settings";
  return {
    name,
    key: `the ${labels(({ secret }) => secret)} of the connection ${name}`,
    address: `the ${labels(({ address, path }) => address || path)} of the connection ${name}`,
  };
}

/** The connection that a side or the embedder of the context's route is opened by, for words about failures. */
export function usedBy(ctx: Context, of: Used): Connection {
  const route = routeOf(ctx);
  const own = { [defaultConnections.source]: "source", [defaultConnections.target]: "target" } as const;
  if (of === "embedder") {
    const name = route.embedder?.connection ?? defaultConnections.embedder;
    const words = {
      name,
      key: `the API key of the connection ${name}`,
      address: `the address of the connection ${name}`,
    };
    return name === defaultConnections.embedder ? "embedder" : words;
  }
  const { connection, kind } = route[of];
  return Object.entries(own).find(([name]) => name === connection)?.[1] ?? namedConnection({ name: connection, kind });
}

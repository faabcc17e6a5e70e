import type { Config } from "@/lib/config";
import { gemini } from "@/lib/embedders/gemini/kind";
import { defaultConnections, type RouteDefinition } from "@/lib/shapes/routes/route";
import { pgvector } from "@/lib/stores/pgvector/kind";
import type { DefaultConnection } from "./default-route";
import type { RouteRow } from "./route-rows";

/** What sets these routes: a database of one's own takes their place. */
export const sandboxRoutesBy = "PGVECTOR_URL to a database of your own";

const tables = { connection: pgvector.kind };
const articles = "sandbox-articles";

/** Whether `PGVECTOR_URL` is the database that the sandbox brings along, and not one that was set. */
function hasSamples({ mode, pgvector: { address } }: Config): boolean {
  const url = address?.reveal() ?? "";
  return mode === "sandbox" && URL.canParse(url) && new URL(url).username === "sandbox";
}

/** The table of articles as an application has it: only vectors are written to it. */
export function sandboxConnectionsOf(config: Config): DefaultConnection[] {
  if (!hasSamples(config)) return [];
  const settings = {
    writes: "update",
    textColumns: "title, body",
    namespaceColumn: "topic",
    modelColumn: "embedding_model",
    timeColumn: "embedded_at",
  };
  return [
    {
      name: articles,
      role: "store",
      kind: pgvector.kind,
      settings: [
        { key: "address", value: config.pgvector.address, by: "PGVECTOR_URL" },
        ...Object.entries(settings).map(([key, value]) => ({ key, value, by: "the sandbox" })),
      ],
    },
  ];
}

const rules = {
  namespaces: { keep: true },
  nested: "problem",
  ids: { keep: true },
  fields: [],
  duplicates: "keep",
  owned: [],
  clearanceLevel: null,
} satisfies Partial<RouteDefinition>;
const embedded = {
  from: "text",
  embedder: defaultConnections.embedder,
  longText: "truncate",
  updates: "when-text-changed",
} satisfies Partial<RouteDefinition["vectors"]>;

/** Routes to try at once in the sandbox: vectors copied to a table, the same embedded again, and a table's rows filled. */
export function sandboxRoutesOf(config: Config): RouteRow[] {
  if (!hasSamples(config)) return [];
  const source = { connection: defaultConnections.source, collection: config.pinecone.source.index };
  const app = { connection: articles, collection: "articles" };
  const row = (name: string, definition: Omit<RouteDefinition, keyof typeof rules>): RouteRow => ({
    name,
    revision: 0,
    definition: { ...rules, ...definition },
  });
  return [
    row("sandbox-copy", { source, target: { ...tables, collection: "documents" }, vectors: { from: "source" } }),
    row("sandbox-reembed", {
      source,
      target: { ...tables, collection: `documents_${gemini.kind}` },
      vectors: { ...embedded, text: { keys: [config.policy.textKey] } },
    }),
    row("sandbox-fill", {
      ...{ source: app, target: app },
      vectors: { ...embedded, text: { template: "{title}\n{body}" } },
    }),
  ];
}

export const sandboxRoute = (config: Config, name: string): RouteRow | null =>
  sandboxRoutesOf(config).find((route) => route.name === name) ?? null;

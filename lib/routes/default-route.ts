import type { Config } from "@/lib/config";
import { fieldsOf } from "@/lib/described";
import { gemini } from "@/lib/embedders/gemini/kind";
import type { Secret } from "@/lib/secret";
import { defaultConnections, defaultRoute, type RouteDefinition } from "@/lib/shapes/routes/route";
import { pinecone } from "@/lib/stores/pinecone/kind";
import { pineconeDocuments } from "@/lib/stores/pinecone-documents/kind";
import type { RouteRow } from "./route-rows";
import { sandboxConnectionsOf } from "./sandbox-routes";

/** A connection that the environment makes: each setting with the variable that sets it. */
export type DefaultConnection = {
  name: string;
  role: "store" | "embedder";
  kind: string;
  settings: { key: string; value: string | number | Secret | null; by: string }[];
};

/** `source`, `target` and `gemini` as the configuration has them, and what else it sets: never stored, read only. */
export function defaultConnectionsOf(config: Config): DefaultConnection[] {
  const { pinecone: stores, gemini: embedder } = config;
  const { source, target, cloud, region } = stores;
  return [
    {
      name: defaultConnections.source,
      role: "store",
      kind: pinecone.kind,
      settings: [
        { key: "apiKey", value: source.apiKey, by: "PINECONE_API_KEY" },
        { key: "controllerHost", value: source.controllerHost, by: "PINECONE_CONTROLLER_HOST" },
      ],
    },
    {
      name: defaultConnections.target,
      role: "store",
      kind: pinecone.kind,
      settings: [
        { key: "apiKey", value: target.apiKey, by: "PINECONE_TARGET_API_KEY or PINECONE_API_KEY" },
        {
          key: "controllerHost",
          value: target.controllerHost,
          by: "PINECONE_TARGET_CONTROLLER_HOST or PINECONE_CONTROLLER_HOST",
        },
        { key: "cloud", value: cloud, by: "PINECONE_CLOUD" },
        { key: "region", value: region, by: "PINECONE_REGION" },
      ],
    },
    {
      name: defaultConnections.embedder,
      role: "embedder",
      kind: gemini.kind,
      settings: [
        { key: "apiKey", value: embedder.apiKey, by: "GOOGLE_AI_API_KEY" },
        { key: "model", value: embedder.model, by: "GEMINI_EMBEDDING_MODEL" },
        { key: "dimension", value: embedder.dimension, by: "GEMINI_OUTPUT_DIMENSIONS" },
        { key: "task", value: embedder.task, by: "GEMINI_TASK_TYPE" },
        { key: "baseUrl", value: embedder.baseUrl, by: "GOOGLE_GEMINI_BASE_URL" },
        { key: "requestsPerMinute", value: embedder.quota.requestsPerMinute, by: "GEMINI_REQUESTS_PER_MINUTE" },
        { key: "tokensPerMinute", value: embedder.quota.tokensPerMinute, by: "GEMINI_TOKENS_PER_MINUTE" },
        { key: "requestsPerDay", value: embedder.quota.requestsPerDay, by: "GEMINI_REQUESTS_PER_DAY" },
      ],
    },
    ...furtherConnectionsOf(config),
    ...sandboxConnectionsOf(config),
  ];
}

/** What is set beside these three: each makes a connection of its kind's name. */
function furtherConnectionsOf({ openai, chroma, pgvector, pinecone: stores, mode }: Config): DefaultConnection[] {
  const asked: (DefaultConnection | null)[] = [
    // To try: the sandbox's Pinecone serves document indexes, too.
    mode !== "sandbox"
      ? null
      : {
          name: "documents",
          role: "store",
          kind: pineconeDocuments.kind,
          settings: [
            { key: "apiKey", value: stores.target.apiKey, by: "the sandbox" },
            { key: "controllerHost", value: stores.target.controllerHost, by: "the sandbox" },
            { key: "textFields", value: "text(en, stemming), title", by: "the sandbox" },
          ],
        },
    openai.apiKey === null && openai.baseUrl === null
      ? null
      : {
          name: "openai",
          role: "embedder",
          kind: "openai",
          settings: [
            { key: "apiKey", value: openai.apiKey, by: "OPENAI_API_KEY" },
            { key: "model", value: openai.model, by: "OPENAI_EMBEDDING_MODEL" },
            { key: "dimension", value: openai.dimension, by: "OPENAI_OUTPUT_DIMENSIONS" },
            { key: "baseUrl", value: openai.baseUrl, by: "OPENAI_BASE_URL" },
          ],
        },
    chroma.address === null
      ? null
      : {
          name: "chroma",
          role: "store",
          kind: "chroma",
          settings: [
            { key: "address", value: chroma.address, by: "CHROMA_URL" },
            { key: "token", value: chroma.token, by: "CHROMA_TOKEN" },
            { key: "tenant", value: chroma.tenant, by: "CHROMA_TENANT" },
            { key: "database", value: chroma.database, by: "CHROMA_DATABASE" },
          ],
        },
    pgvector.address === null
      ? null
      : {
          name: "pgvector",
          role: "store",
          kind: "pgvector",
          settings: [{ key: "address", value: pgvector.address, by: "PGVECTOR_URL" }],
        },
  ];
  return asked.filter((one) => one !== null);
}

/** Whether the environment owns this name. */
export const isDefaultConnection = (config: Config, name: string) =>
  defaultConnectionsOf(config).some((connection) => connection.name === name);

/** Which variables set a connection of the environment, in words. */
export function setBy(config: Config, name: string): string {
  const found = defaultConnectionsOf(config).find((connection) => connection.name === name);
  return (found?.settings ?? []).map(({ by }) => by).join(", ");
}

/** The route that stands in the environment: what `default` means. */
export function defaultDefinition({ pinecone: stores, policy }: Config): RouteDefinition {
  return {
    source: { connection: defaultConnections.source, collection: stores.source.index },
    target: { connection: defaultConnections.target, collection: stores.target.index },
    namespaces: { keep: true },
    vectors: {
      from: "text",
      embedder: defaultConnections.embedder,
      text: { keys: [policy.textKey] },
      longText: policy.longText,
      updates: policy.update,
    },
    nested: "problem",
    ids: { keep: true },
    fields: [],
    duplicates: "keep",
    owned: policy.targetOwnedKeys,
    clearanceLevel: policy.clearanceLevel,
  };
}

/** The same as routes are kept. */
export function defaultRow(config: Config): RouteRow {
  return { name: defaultRoute, revision: 0, definition: defaultDefinition(config) };
}

/** Variables that set the route of the environment. */
export const defaultRouteBy =
  "PINECONE_OLD_INDEX, PINECONE_NEW_INDEX, TEXT_KEY, LONG_TEXT_POLICY, UPDATE_POLICY, TARGET_OWNED_KEYS and CLEARANCE_LEVEL";

/**
 * In the sandbox, where its stand-ins serve: the addresses of a kind whose stand-in runs. Elsewhere none.
 */
export function sandboxAddresses(config: Config, kind: string): Record<string, string> {
  if (config.mode !== "sandbox") return {};
  const standIn = defaultConnectionsOf(config).find((connection) => connection.kind === kind);
  const addressed = [pinecone, pineconeDocuments, gemini].find((known) => known.kind === kind);
  const keys = new Set((addressed ? fieldsOf(addressed) : []).flatMap(({ key, address }) => (address ? [key] : [])));
  const found = (standIn?.settings ?? []).flatMap(({ key, value }) =>
    keys.has(key) && typeof value === "string" ? [[key, value] as const] : [],
  );
  return Object.fromEntries(found);
}

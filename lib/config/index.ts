import path from "node:path";
import { Secret } from "../secret";
import type { SettingView } from "../shapes/overview";
import { tiers } from "./keys/gemini";
import type { Key } from "./keys/key";
import { keys } from "./keys/keys";
import { type Layer, readLayers, startFolder } from "./layers";
import { loginOf, refuseOpenDoor } from "./login";
import { refuseOneIndex, refuseSetting, refuseTakenKey } from "./refusals";
import type { Config } from "./shape";

export type { Config } from "./shape";

/**
 * Reads every key from the layers, first one wins. Throws an `OperatorError` that names the first key which doesn't parse.
 * @param layers the environment, then the file; `overrides` of the sandbox come before both.
 */
export function parseConfig(layers: readonly Layer[], root: string): Config {
  const settings: SettingView[] = [];
  const value = <T>(key: Key<T>): T => {
    const layer = layers.find((candidate) => (candidate.values[key.name] ?? "").trim() !== "");
    const text = layer?.values[key.name]?.trim() ?? key.fallback;
    const parsed = key.schema.safeParse(text);
    if (!parsed.success) {
      const hidden = key.secret || /:\/\/[^/]*@/.test(text);
      throw refuseSetting(key.name, hidden ? "set to something" : JSON.stringify(text), key.expects);
    }
    // Some are read for more than one purpose.
    if (settings.some((setting) => setting.key === key.name)) return parsed.data;
    settings.push({
      key: key.name,
      group: key.group,
      value: text === "" ? null : key.secret ? new Secret(text).masked() : text,
      origin: layer?.origin ?? "default",
      secret: key.secret ?? false,
      description: key.description,
    });
    return parsed.data;
  };
  const absolute = (file: string) => (file === "" ? null : path.resolve(root, file));
  const secret = (text: string) => (text === "" ? null : new Secret(text));
  const given = (key: Key<unknown>) => layers.some((layer) => (layer.values[key.name] ?? "").trim() !== "");

  const host = value(keys.HOST);
  const publicUrl = value(keys.PORTAGE_URL).replace(/\/+$/, "") || null;
  const token = secret(value(keys.PORTAGE_TOKEN));
  const login = loginOf(value);
  refuseOpenDoor({ host, publicUrl, login: login !== null, client: token !== null });
  const sourceIndex = value(keys.PINECONE_OLD_INDEX);
  const targetIndex = value(keys.PINECONE_NEW_INDEX);
  const apiKey = value(keys.PINECONE_API_KEY);
  const controllerHost = value(keys.PINECONE_CONTROLLER_HOST).replace(/\/+$/, "") || null;
  const targetKey = value(keys.PINECONE_TARGET_API_KEY) || apiKey;
  const targetController = value(keys.PINECONE_TARGET_CONTROLLER_HOST).replace(/\/+$/, "") || controllerHost;
  if (sourceIndex === targetIndex && targetKey === apiKey && targetController === controllerHost)
    throw refuseOneIndex(sourceIndex);
  const tierName = value(keys.GEMINI_TIER);
  const tier = tierName === "" ? null : tiers[tierName];
  const mode = value(keys.PORTAGE_MODE) || (apiKey === "" ? "sandbox" : "live");
  const config: Config = {
    mode,
    dataDir: path.resolve(root, value(keys.PORTAGE_DATA_DIR)),
    host,
    port: value(keys.PORT),
    databaseUrl: secret(value(keys.DATABASE_URL)),
    redisUrl: secret(value(keys.REDIS_URL)),
    webhookSecret: secret(value(keys.PORTAGE_WEBHOOK_SECRET)),
    webhookPrivate: value(keys.PORTAGE_WEBHOOK_PRIVATE) === "allow",
    sealing: { key: secret(value(keys.PORTAGE_SECRET_KEY)), previous: secret(value(keys.PORTAGE_SECRET_KEY_OLD)) },
    login,
    publicUrl,
    token,
    history: {
      days: value(keys.PORTAGE_HISTORY_DAYS),
      runs: value(keys.PORTAGE_HISTORY_RUNS),
      findings: value(keys.PORTAGE_HISTORY_FINDINGS),
      detailDays: value(keys.PORTAGE_HISTORY_DETAIL_DAYS),
      readings: value(keys.PORTAGE_HISTORY_READINGS),
      messages: value(keys.PORTAGE_HISTORY_MESSAGES),
    },
    auditDays: value(keys.PORTAGE_AUDIT_DAYS),
    log: {
      megabytes: value(keys.PORTAGE_LOG_MB),
      files: value(keys.PORTAGE_LOG_FILES),
      days: value(keys.PORTAGE_LOG_DAYS),
    },
    route: value(keys.PORTAGE_ROUTE),
    folders: value(keys.PORTAGE_FOLDERS).map((folder) => path.resolve(root, folder)),
    switching: {
      folder: path.resolve(root, value(keys.PORTAGE_SWITCH_DIR) || path.join(value(keys.PORTAGE_DATA_DIR), "switch")),
      hook: secret(value(keys.PORTAGE_SWITCH_HOOK)),
      webhook: secret(value(keys.PORTAGE_SWITCH_WEBHOOK)),
      verdictHours: value(keys.PORTAGE_VERDICT_HOURS),
      canaryMinutes: value(keys.PORTAGE_CANARY_MINUTES),
      differencesMinutes: value(keys.PORTAGE_DIFFERENCES_MINUTES),
    },
    variable: (name) =>
      layers.map(({ values }) => values[name]?.trim()).find((given) => given !== undefined && given !== ""),
    pinecone: {
      source: { index: sourceIndex, apiKey: secret(apiKey), controllerHost },
      target: { index: targetIndex, apiKey: secret(targetKey), controllerHost: targetController },
      cloud: value(keys.PINECONE_CLOUD),
      region: value(keys.PINECONE_REGION),
      perSecond: {
        upserts: value(keys.PINECONE_UPSERTS_PER_SECOND),
        fetches: value(keys.PINECONE_FETCHES_PER_SECOND),
        lists: value(keys.PINECONE_LISTS_PER_SECOND),
      },
    },
    gemini: {
      apiKey: secret(value(keys.GOOGLE_AI_API_KEY)),
      model: value(keys.GEMINI_EMBEDDING_MODEL),
      dimension: value(keys.GEMINI_OUTPUT_DIMENSIONS),
      task: value(keys.GEMINI_TASK_TYPE),
      baseUrl: value(keys.GOOGLE_GEMINI_BASE_URL).replace(/\/+$/, "") || null,
      quota: {
        requestsPerMinute:
          tier && !given(keys.GEMINI_REQUESTS_PER_MINUTE)
            ? tier.requestsPerMinute
            : value(keys.GEMINI_REQUESTS_PER_MINUTE),
        tokensPerMinute:
          tier && !given(keys.GEMINI_TOKENS_PER_MINUTE) ? tier.tokensPerMinute : value(keys.GEMINI_TOKENS_PER_MINUTE),
        requestsPerDay:
          tier && !given(keys.GEMINI_REQUESTS_PER_DAY) ? tier.requestsPerDay : value(keys.GEMINI_REQUESTS_PER_DAY),
      },
    },
    elasticsearch: {
      endpoint: value(keys.ELASTICSEARCH_ENDPOINT) || null,
      apiKey: secret(value(keys.ELASTICSEARCH_API_KEY)),
      username: value(keys.ELASTICSEARCH_USERNAME) || null,
      password: secret(value(keys.ELASTICSEARCH_PASSWORD)),
      caFile: absolute(value(keys.ELASTICSEARCH_CA_FILE)),
      indices: value(keys.ELASTICSEARCH_INDEX),
      namespaceField: value(keys.ELASTICSEARCH_NAMESPACE_FIELD),
    },
    openai: {
      apiKey: secret(value(keys.OPENAI_API_KEY)),
      baseUrl: value(keys.OPENAI_BASE_URL).replace(/\/+$/, "") || null,
      model: value(keys.OPENAI_EMBEDDING_MODEL),
      dimension: value(keys.OPENAI_OUTPUT_DIMENSIONS),
    },
    chroma: {
      address: value(keys.CHROMA_URL).replace(/\/+$/, "") || null,
      token: secret(value(keys.CHROMA_TOKEN)),
      tenant: value(keys.CHROMA_TENANT),
      database: value(keys.CHROMA_DATABASE),
    },
    pgvector: { address: secret(value(keys.PGVECTOR_URL)) },
    batches: {
      namespace: value(keys.DEFAULT_NAMESPACE),
      query: value(keys.QUERY_BATCH_SIZE),
      embedding: value(keys.EMBEDDING_BATCH_SIZE),
      upsert: value(keys.UPSERT_BATCH_SIZE),
      delaySeconds: value(keys.BATCH_DELAY),
    },
    policy: {
      clearanceLevel: value(keys.CLEARANCE_LEVEL),
      targetOwnedKeys: value(keys.TARGET_OWNED_KEYS),
      textKey: value(keys.TEXT_KEY),
      modelKey: value(keys.PORTAGE_MODEL_KEY) || null,
      update: value(keys.UPDATE_POLICY),
      longText: value(keys.LONG_TEXT_POLICY),
    },
    ceilings: {
      maxUsd: value(keys.PORTAGE_MAX_USD),
      maxTexts: value(keys.PORTAGE_MAX_TEXTS),
      maxRecords: value(keys.PORTAGE_MAX_RECORDS),
      maxEgress: value(keys.PORTAGE_MAX_EGRESS_GB),
    },
    prices: {
      perMillionTokens: value(keys.EMBEDDING_USD_PER_MILLION_TOKENS),
      perMillionReadUnits: value(keys.PINECONE_USD_PER_MILLION_READ_UNITS),
      perMillionTargetReadUnits: value(keys.PINECONE_USD_PER_MILLION_READ_UNITS),
      perMillionWriteUnits: value(keys.PINECONE_USD_PER_MILLION_WRITE_UNITS),
      perGbEgress: value(keys.PINECONE_USD_PER_GB_EGRESS),
      perGbTargetEgress: value(keys.PINECONE_USD_PER_GB_EGRESS),
    },
    freeEgressGb: value(keys.PINECONE_FREE_EGRESS_GB),
    settings,
  };
  refuseTakenKey(config.policy);
  return config;
}

/** The configuration in force. Throws an `OperatorError` that names the first key which doesn't parse. */
export function readConfig(root = startFolder()): Config {
  return parseConfig(readLayers(root), root);
}

/** The same configuration with some keys set again, as the sandbox does with the addresses of its stand-ins. */
export function overrideConfig(values: Record<string, string>, root = startFolder()): Config {
  return parseConfig([{ origin: "sandbox", values }, ...readLayers(root)], root);
}

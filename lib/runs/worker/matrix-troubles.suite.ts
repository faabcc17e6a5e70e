import type { Reply } from "@/lib/http/scripted-server.suite";
import type { ServiceCall, Trouble } from "./matrix-world.suite";

const words = "Not supported by this plan.";
const refusal: Reply = { status: 400, json: { code: 3, message: words, error: { code: 400, message: words } } };
const broken: Reply = {
  status: 500,
  json: { message: "Internal error encountered.", error: { code: 500, message: "Internal error encountered." } },
};
const noQuota: Reply = {
  status: 429,
  json: {
    code: 8,
    message: "Quota exceeded, limit: 0.",
    error: { code: 429, message: "Quota exceeded, limit: 0, model: m. Please retry in 40s." },
  },
};
const page: Reply = {
  headers: { "content-type": "text/html" },
  text: "<html><body>Sign in to the network</body></html>",
};
const text: Reply = { headers: { "content-type": "text/plain" }, text: "no healthy upstream" };
const errorBody: Reply = { json: { code: 13, message: "Internal", error: { code: 500, message: "Internal" } } };

/** `Text of doc-047`, `doc-047`: one record that the target lacks, and one that it has, whatever the service is given of it. */
const hasBad = ({ subjects }: ServiceCall) => subjects.some((subject) => /doc-047$/.test(subject));
const hasBadOfEach = ({ subjects }: ServiceCall) => subjects.some((subject) => /doc-0[14]7$/.test(subject));
const at =
  (role: string, reply: (call: ServiceCall) => Reply | undefined): Trouble =>
  (call) =>
    call.role === role ? reply(call) : undefined;

/** What a service does wrong, each the same of every kind of request. */
const everywhere: Record<string, (call: ServiceCall) => Reply | undefined> = {
  "all refused": () => refusal,
  "quota of zero": () => noQuota,
  "HTML page": () => page,
  "plain text": () => text,
  "200 with an error body": () => errorBody,
};
const early = (reply: Reply) => (call: ServiceCall) => (call.times <= 3 ? reply : undefined);
const poisoned = (reply: Reply) => (call: ServiceCall) => (hasBad(call) ? reply : undefined);
const counts = (value: number): Reply => ({
  json: { namespaces: { n: { vectorCount: value } }, totalVectorCount: value },
});

const firstPage = Array.from({ length: 25 }, (_, number) => ({ id: `doc-${String(number).padStart(3, "0")}` }));

const ofData = { "ready too early": early({ status: 404, text: "" }), ...everywhere };
const listing = {
  "empty listing": () => ({ json: { vectors: [] } }),
  "short listing": ({ token }: ServiceCall) =>
    token === null ? { json: { vectors: [{ id: "doc-000" }, { id: "doc-001" }] } } : undefined,
  "a page again": ({ token }: ServiceCall) =>
    token === "25" ? { json: { vectors: firstPage, pagination: { next: "50" } } } : undefined,
  "pages in circles": ({ token }: ServiceCall) => ({
    json: { vectors: [], pagination: { next: token === "a" ? "b" : "a" } },
  }),
  ...ofData,
};
const fetching = {
  "answers without records": () => ({ json: { vectors: {} } }),
  "one poisoned": poisoned(broken),
  "one poisoned, HTML page": poisoned(page),
  ...ofData,
};
const fetchingOfEach = {
  ...fetching,
  "one poisoned": (call: ServiceCall) => (hasBadOfEach(call) ? broken : undefined),
  "one poisoned, HTML page": (call: ServiceCall) => (hasBadOfEach(call) ? page : undefined),
};
const statistics = { "count of nothing": () => counts(0), "count of more": () => counts(100), ...ofData };
const upsert = {
  "confirms nothing": () => ({ json: { upsertedCount: 0 } }),
  "one poisoned": poisoned(broken),
  "one refused": poisoned(refusal),
  ...ofData,
};
const embedding = {
  "answers without vectors": () => ({ json: { embeddings: [] } }),
  "one poisoned": poisoned(broken),
  "one poisoned, {}": poisoned({ json: {} }),
  "one poisoned, half an answer": poisoned("half"),
  "one refused": poisoned(refusal),
  "ready too early": early({ status: 503, json: { error: { code: 503, message: "The model is loading." } } }),
  ...everywhere,
};

/** An index that is being made. */
const unready = ({ host }: ServiceCall): Reply => ({
  json: {
    ...{ name: host.split("/").at(-1), dimension: 8, metric: "cosine", host },
    status: { ready: false, state: "Initializing" },
  },
});
const control = {
  "no such index": () => ({
    status: 404,
    json: { error: { code: "NOT_FOUND", message: "Index not found" }, status: 404 },
  }),
  "ready too early": (call: ServiceCall) => (call.times <= 3 ? unready(call) : undefined),
  ...everywhere,
};
const counting = {
  "counts nothing": () => ({ json: { totalTokens: 0 } }),
  "counts more than is there": () => ({ json: { totalTokens: 100_000 } }),
  "answers without a count": () => ({ json: {} }),
  ...everywhere,
};

const kinds: Record<string, Record<string, (call: ServiceCall) => Reply | undefined>> = {
  "source.list": listing,
  "source.fetch": fetching,
  "source.stats": statistics,
  "target.list": listing,
  "target.fetch": fetchingOfEach,
  "target.stats": statistics,
  "target.upsert": upsert,
  embed: embedding,
  "embed.count": counting,
  control,
};

/** Every kind of request of each service. */
export const services = Object.keys(kinds);

/** A service's troubles by name. */
export function troublesOf(service: string): [name: string, script: Trouble][] {
  return Object.entries(kinds[service] ?? {}).map(([name, reply]) => [name, at(service, reply)]);
}

/** Why a field doesn't apply: the operation makes no such request. */
export function notAsked(operation: string, service: string): string | null {
  const reads = operation === "estimate" || operation === "mirror plan";
  if ((reads || operation === "verify") && service === "embed")
    return `${operation} embeds nothing, if it isn't asked to`;
  if (operation === "apply" && service === "control") return "where both indexes serve is known from the plan";
  if (operation === "verify" && service === "embed.count") return "nothing is measured to be read back";
  if ((reads || operation === "verify") && service === "target.upsert") return `${operation} writes nothing`;
  if (operation === "apply" && service.endsWith(".list")) return "a plan is applied by ID: nothing is listed";
  if (operation === "estimate" && service === "target.fetch") return "an estimate needs the target's IDs only";
  return null;
}

import type { Index, Pinecone } from "@pinecone-database/pinecone";
import { isServiceFailure, ServiceFailure } from "@/lib/failures";
import type { Secret } from "@/lib/secret";
import { accountOf, servedAt } from "./account";
import { type Answer, type Call, perform, request } from "./call";
import { failureOfNetwork, networkCode, service } from "./failures";
import { type Family, type IndexModel, readIndexModel, unfitFor } from "./index-model";

export type ProjectOptions = {
  apiKey: Secret | null;
  /** Another control plane; `null` is the vendor's. */
  controllerHost: string | null;
  /** The stand-ins that ship with Portage: one account, whichever port they have. */
  sandbox?: boolean;
  /** For one request, from sending to the last byte of the answer. */
  timeoutMs?: number;
};

/** A request of API 2026-07, which the SDK doesn't know. */
export type PlainRequest = { method: "GET" | "POST"; path: string; body?: unknown };

/** One key's indexes: the control plane, and each index's data plane at the host that the control plane names. */
export interface Project {
  /** Which account the index belongs to, without a secret, and where it is served, if the service says so. */
  whereabouts(model: IndexModel): { account: string; address?: string };
  /** The index as the control plane describes it, or `null`. One request. */
  describe(operation: "inspect" | "ensureIndex", index: string, signal?: AbortSignal): Promise<IndexModel | null>;
  /** A request to the control plane through the SDK, by the API version that this speaks. */
  control(call: Call, invoke: (client: Pinecone) => Promise<unknown>): Promise<Answer>;
  /** The same of API 2026-07. */
  ask(call: Call, request: PlainRequest): Promise<Answer>;
  /**
   * A request to the data plane of an index of vectors; finds its host first if it isn't known yet. An index that isn't served by such calls
   * is `conflict`, before anything is asked of it.
   */
  data(index: string, call: Call, invoke: (index: Index) => Promise<unknown>): Promise<Answer>;
  /** The same for document indexes. */
  documents(index: string, call: Call, request: PlainRequest): Promise<Answer>;
}

const unreachable = new Set(["ENOTFOUND", "ECONNREFUSED", "EHOSTUNREACH"]);

/** The version that knows document indexes. Classic data planes go on with the SDK's own, which none of them has lost. */
const schemaVersion = "2026-07";
const vendor = "https://api.pinecone.io";
/** How often an index that refuses requests may be asked what it is by now. */
const lookAgainMs = 5000;

type Found = { host: string; model: IndexModel; at: number };

/** Opens nothing and asks nothing until the first call. A missing key fails each call with `auth`, without a request. */
export function openProject({ apiKey, controllerHost, sandbox = false, timeoutMs = 60_000 }: ProjectOptions): Project {
  const hosts = new Map<string, Promise<Found>>();
  let opened: Promise<Pinecone> | null = null;

  const keyFor = (operation: string): string => {
    const key = apiKey?.reveal() ?? "";
    // A key with other characters can't be a header, and fetch's error about that would quote it.
    if (!/^[\x21-\x7e]+$/.test(key)) {
      const message =
        key === "" ? `There is no API key for ${service}` : `The API key for ${service} holds odd characters`;
      throw new ServiceFailure({ code: "auth", service, operation, message });
    }
    return key;
  };

  const client = (operation: string): Promise<Pinecone> => {
    if (opened) return opened;
    const key = keyFor(operation);
    opened = import("./client").then(({ openClient }) => openClient(key, controllerHost, timeoutMs));
    return opened;
  };

  const plain = async (call: Call, address: string, { method, path, body }: PlainRequest): Promise<Answer> => {
    const key = keyFor(call.operation);
    if (call.signal?.aborted) throw failureOfNetwork(call.operation, call.signal.reason, "cancelled");
    const sent = call.body ?? (body === undefined ? undefined : JSON.stringify(body));
    return request(call, timeoutMs, (text) => text.replaceAll(key, "[secret]"), `${address}${path}`, {
      method,
      headers: {
        "Api-Key": key,
        "X-Pinecone-Api-Version": schemaVersion,
        accept: "application/json",
        ...(sent !== undefined && { "content-type": "application/json" }),
      },
      ...(sent !== undefined && { body: sent }),
    });
  };
  const ask: Project["ask"] = (call, request) =>
    plain(call, controllerHost === null ? vendor : controllerHost.replace(/\/+$/, ""), request);

  /** What of a control plane that doesn't know that version is asked by the one before. */
  const described = async (call: Call, name: string): Promise<unknown> => {
    try {
      return (await ask(call, { method: "GET", path: `/indexes/${encodeURIComponent(name)}` })).json;
    } catch (error) {
      if (!isServiceFailure(error) || error.code !== "invalid") throw error;
      const pinecone = await client(call.operation);
      return (await perform(call, () => pinecone.describeIndex(name))).json;
    }
  };

  const describe: Project["describe"] = async (operation, name, signal) => {
    try {
      const model = readIndexModel(await described({ operation, signal }, name), operation);
      if (model.host !== "") hosts.set(name, Promise.resolve(foundAt(model)));
      return model;
    } catch (error) {
      if (isServiceFailure(error) && error.code === "not-found") return null;
      throw error;
    }
  };

  const foundAt = (model: IndexModel): Found => ({
    host: addressOf(model, controllerHost),
    model,
    at: performance.now(),
  });

  const lookUp = async (name: string, operation: string, signal?: AbortSignal): Promise<Found> => {
    const model = await describe("inspect", name, signal);
    if (model && model.host !== "") return foundAt(model);
    const message = model ? `Index ${name} has no host yet: it isn't ready` : `There is no index ${name}`;
    throw new ServiceFailure({ code: model ? "unavailable" : "not-found", service, operation, message });
  };

  const hostOf = async (name: string, operation: string, signal?: AbortSignal): Promise<Found> => {
    const known = hosts.get(name);
    const found = known ?? lookUp(name, operation, signal);
    if (!known) hosts.set(name, found);
    try {
      return await found;
    } catch (error) {
      if (hosts.get(name) === found) hosts.delete(name);
      // Whoever began the look-up may have cancelled it: that isn't our call's end.
      const foreign = known && isServiceFailure(error) && error.code === "aborted" && !signal?.aborted;
      if (foreign) return hostOf(name, operation, signal);
      throw error;
    }
  };

  /** A data plane that says 404 without naming what is missing, of an index that the control plane knows: it isn't there yet. */
  const notReady = async (name: string, call: Call, error: unknown): Promise<ServiceFailure | null> => {
    if (!isServiceFailure(error) || error.code !== "not-found" || error.words) return null;
    const model = await describe("inspect", name, call.signal).catch(() => null);
    if (!model) return null;
    const message = `Index ${name} is there, but its data plane doesn't answer yet (404 without a word)`;
    return new ServiceFailure({ code: "not-ready", service, operation: call.operation, message, status: 404 });
  };

  const refuseUnfit = (family: Family, { model }: Found, operation: string): void => {
    const unfit = unfitFor(family, model);
    if (unfit)
      throw new ServiceFailure({ code: "conflict", service, operation, message: unfit.words, next: unfit.next });
  };

  const served = async (
    family: Family,
    name: string,
    call: Call,
    perform: (host: string) => Promise<Answer>,
  ): Promise<Answer> => {
    const found = await hostOf(name, call.operation, call.signal);
    refuseUnfit(family, found, call.operation);
    try {
      return await perform(found.host);
    } catch (error) {
      if (!isServiceFailure(error)) throw error;
      // Another kind of index may stand by now under the name: that isn't a matter of what was sent.
      if (error.code === "invalid" && performance.now() > found.at + lookAgainMs) {
        hosts.delete(name);
        refuseUnfit(family, await hostOf(name, call.operation, call.signal), call.operation);
      }
      if (error.code !== "not-found" && !unreachable.has(networkCode(error) ?? "")) throw error;
      hosts.delete(name);
      throw (await notReady(name, call, error)) ?? error;
    }
  };

  return {
    whereabouts: (model) => ({
      account: accountOf(model, { apiKey, controllerHost, sandbox }),
      ...(model.host === "" ? {} : { address: servedAt(model.host, sandbox) }),
    }),
    describe,
    control: async (call, invoke) => {
      const pinecone = await client(call.operation);
      return perform(call, () => invoke(pinecone));
    },
    ask,
    data: async (name, call, invoke) => {
      const pinecone = await client(call.operation);
      // Always with its host: the SDK's own cache of hosts is shared by all clients of the process that have the same key.
      return served("vectors", name, call, (host) => perform(call, () => invoke(pinecone.index({ name, host }))));
    },
    documents: (name, call, request) => served("documents", name, call, (host) => plain(call, host, request)),
  };
}

/**
 * The data plane's address. Without a scheme it is https, but plain http where the control plane is that and the host is this machine or the
 * control plane's own: a stand-in or a proxy.
 */
function addressOf({ host, private_host }: IndexModel, controllerHost: string | null): string {
  const address = (private_host || host).replace(/\/+$/, "");
  if (/^https?:\/\//i.test(address)) return address;
  const plain = controllerHost !== null && /^http:\/\//i.test(controllerHost) && URL.canParse(`http://${address}`);
  if (!plain) return `https://${address}`;
  const { hostname } = new URL(`http://${address}`);
  const local =
    /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname) || hostname === new URL(controllerHost).hostname;
  return `${local ? "http" : "https"}://${address}`;
}

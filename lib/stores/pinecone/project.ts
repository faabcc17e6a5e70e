import type { Index, Pinecone } from "@pinecone-database/pinecone";
import { isServiceFailure, ServiceFailure } from "@/lib/failures";
import type { Secret } from "@/lib/secret";
import { accountOf, servedAt } from "./account";
import { type Answer, type Call, perform } from "./call";
import { networkCode, service } from "./failures";
import { type IndexModel, indexModel, parseWire } from "./wire";

export type ProjectOptions = {
  apiKey: Secret | null;
  /** Another control plane; `null` is the vendor's. */
  controllerHost: string | null;
  /** The stand-ins that ship with Portage: one account, whichever port they have. */
  sandbox?: boolean;
  /** For one request, from sending to the last byte of the answer. */
  timeoutMs?: number;
};

/** One key's indexes: the control plane, and each index's data plane at the host that the control plane names. */
export interface Project {
  /** Which account the index belongs to, without a secret, and where it is served, if the service says so. */
  whereabouts(model: IndexModel): { account: string; address?: string };
  /** The index as the control plane describes it, or `null`. One request. */
  describe(operation: "inspect" | "ensureIndex", index: string, signal?: AbortSignal): Promise<IndexModel | null>;
  /** A request to the control plane. */
  control(call: Call, invoke: (client: Pinecone) => Promise<unknown>): Promise<Answer>;
  /** A request to the index's data plane; finds its host first if it isn't known yet. */
  data(index: string, call: Call, invoke: (index: Index) => Promise<unknown>): Promise<Answer>;
}

const unreachable = new Set(["ENOTFOUND", "ECONNREFUSED", "EHOSTUNREACH"]);

/** Opens nothing and asks nothing until the first call. A missing key fails each call with `auth`, without a request. */
export function openProject({ apiKey, controllerHost, sandbox = false, timeoutMs = 60_000 }: ProjectOptions): Project {
  const hosts = new Map<string, Promise<string>>();
  let opened: Promise<Pinecone> | null = null;

  const client = (operation: string): Promise<Pinecone> => {
    if (opened) return opened;
    const key = apiKey?.reveal() ?? "";
    // A key with other characters can't be a header, and fetch's error about that would quote it.
    if (!/^[\x21-\x7e]+$/.test(key)) {
      const message =
        key === "" ? `There is no API key for ${service}` : `The API key for ${service} holds odd characters`;
      throw new ServiceFailure({ code: "auth", service, operation, message });
    }
    opened = import("./client").then(({ openClient }) => openClient(key, controllerHost, timeoutMs));
    return opened;
  };

  const describe: Project["describe"] = async (operation, name, signal) => {
    const pinecone = await client(operation);
    try {
      const { json } = await perform({ operation, signal }, () => pinecone.describeIndex(name));
      const model = parseWire(indexModel, json, operation);
      if (model.host !== "") hosts.set(name, Promise.resolve(addressOf(model, controllerHost)));
      return model;
    } catch (error) {
      if (isServiceFailure(error) && error.code === "not-found") return null;
      throw error;
    }
  };

  const lookUp = async (name: string, operation: string, signal?: AbortSignal): Promise<string> => {
    const model = await describe("inspect", name, signal);
    if (model && model.host !== "") return addressOf(model, controllerHost);
    const message = model ? `Index ${name} has no host yet: it isn't ready` : `There is no index ${name}`;
    throw new ServiceFailure({ code: model ? "unavailable" : "not-found", service, operation, message });
  };

  const hostOf = async (name: string, operation: string, signal?: AbortSignal): Promise<string> => {
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
    data: async (name, call, invoke) => {
      const pinecone = await client(call.operation);
      const host = await hostOf(name, call.operation, call.signal);
      try {
        // Always with its host: the SDK's own cache of hosts is shared by all clients of the process that have the same key.
        return await perform(call, () => invoke(pinecone.index({ name, host })));
      } catch (error) {
        const moved =
          isServiceFailure(error) && (error.code === "not-found" || unreachable.has(networkCode(error) ?? ""));
        if (!moved) throw error;
        hosts.delete(name);
        throw (await notReady(name, call, error)) ?? error;
      }
    },
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

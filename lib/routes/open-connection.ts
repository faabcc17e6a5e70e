import type { Config } from "@/lib/config";
import type { Embedder } from "@/lib/embedders/contract";
import { openEmbedder } from "@/lib/embedders/registry";
import { OperatorError } from "@/lib/operator-error";
import { openedSecrets } from "@/lib/secret";
import { defaultConnections } from "@/lib/shapes/routes/route";
import type { VectorSource, VectorTarget } from "@/lib/stores/contract";
import { openStores } from "@/lib/stores/registry";
import { type ConnectionRow, type Kept, keptConnection, resealConnection } from "./connection-rows";
import { defaultConnectionsOf, sandboxAddresses } from "./default-route";
import { allowedPath } from "./folders";
import { type Kind, kindNamed } from "./kinds";
import { invalidSetting } from "./refusals";
import { seal, unseal } from "./seal";
import { readVariable } from "./settings";

/** What opening takes: the configuration has keys and folders, the database the connections. */
export type RouteParts = Kept & { config: Config };

/** A connection ready for its kind: secrets are plain texts, to be handed to the kind and nowhere else. */
export type OpenedConnection = {
  name: string;
  role: "store" | "embedder";
  kind: string;
  settings: Record<string, unknown>;
  revision: number;
};

/**
 * Reads a connection of the environment or of the database, with its secrets opened. What only an older key opens is sealed again.
 * @throws OperatorError `connection-not-found`, `secret-not-opened`, `path-not-allowed`, `sandbox-only`, `invalid-input` (a variable isn't set)
 */
export async function readConnection(parts: RouteParts, name: string): Promise<OpenedConnection> {
  const fixed = defaultConnectionsOf(parts.config).find((connection) => connection.name === name);
  if (fixed) {
    const settings = Object.fromEntries(
      fixed.settings.flatMap(({ key, value }) =>
        // Not by its class: pages and the engine are bundled apart, and each has one of its own.
        value === null ? [] : [[key, typeof value === "object" ? value.reveal() : value]],
      ),
    );
    const opened = { name, role: fixed.role, kind: fixed.kind, settings, revision: 0 };
    if (!isOwn(name)) refuseOutside(parts.config, opened);
    return opened;
  }
  const row = await keptConnection(parts, name);
  const { opened, stale } = openRow(parts.config, row);
  if (stale) await resealConnection(parts, { ...row, sealed: sealAgain(parts.config, row, opened.settings) });
  return opened;
}

/**
 * A kept connection, or one that is about to be, with its secrets opened.
 * @throws OperatorError as {@link readConnection}
 */
export function openRow(config: Config, row: ConnectionRow): { opened: OpenedConnection; stale: boolean } {
  const { name, role, kind } = row;
  const { fields, schema } = kindNamed(kind);
  const settings: Record<string, unknown> = { ...sandboxAddresses(config, kind), ...row.settings };
  let stale = false;
  for (const { key, path } of fields) {
    const value = settings[key];
    if (path && typeof value === "string") settings[key] = allowedPath(config, value);
  }
  for (const [key, kept] of Object.entries(row.sealed)) {
    const read =
      "env" in kept
        ? { text: readVariable(config, key, kept.env), stale: false }
        : unseal(config, { connection: name, field: key }, kept.sealed);
    openedSecrets().add(read.text);
    settings[key] = read.text;
    stale ||= read.stale;
  }
  const opened = { name, role, kind, settings, revision: row.revision };
  refuseOutside(config, opened);
  const issue = schema.safeParse(settings).error?.issues[0];
  // Of a secret, the issue's message could quote it.
  if (issue) throw invalidSetting(String(issue.path[0] ?? ""), "the kind of this connection takes it in another form");
  return { opened, stale };
}

function sealAgain(config: Config, { name, sealed }: ConnectionRow, opened: Record<string, unknown>) {
  return Object.fromEntries(
    Object.entries(sealed).map(([key, kept]) => {
      const text = opened[key];
      if ("env" in kept || typeof text !== "string") return [key, kept];
      return [key, { sealed: seal(config, { connection: name, field: key }, text) }];
    }),
  );
}

/** In the sandbox no request leaves the machine: a connection there goes to files, or to addresses of this machine. */
function refuseOutside(config: Config, { name, kind, settings }: OpenedConnection): void {
  if (config.mode !== "sandbox") return;
  const { service, fields } = kindNamed(kind);
  if (fields.every(({ secret, address }) => !secret && !address)) return;
  const addresses = fields.filter(({ address }) => address).map(({ key }) => settings[key]);
  if (addresses.length > 0 && addresses.every(isHere)) return;
  throw new OperatorError({
    kind: "usage",
    code: "sandbox-only",
    what: `The connection ${name} (${service}) would leave this machine, and Portage works in its sandbox.`,
    notLost: "Nothing was asked and nothing was changed.",
    next: "Give it an address of this machine (http://127.0.0.1:PORT), or set PORTAGE_MODE=live.",
  });
}

function isHere(address: unknown): boolean {
  if (typeof address !== "string" || !URL.canParse(address)) return false;
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(address).hostname);
}

/** One of the three that the environment's route has: in the sandbox they lead to its stand-ins. */
export const isOwn = (name: string) => Object.values<string>(defaultConnections).includes(name);

/** Whether an opened connection goes to a stand-in that ships with Portage. */
function worldOf(config: Config, { kind, settings }: OpenedConnection) {
  const standIns = Object.entries(sandboxAddresses(config, kind));
  return { sandbox: standIns.length > 0 && standIns.every(([key, address]) => settings[key] === address) };
}

function storeOf(opened: OpenedConnection): Extract<Kind, { role: "store" }>["store"] {
  const kind = kindNamed(opened.kind);
  if (kind.role === "store") return kind.store;
  throw wrongRole(opened.name, `an embedder (${kind.service})`, "a store");
}

/** The store of a connection, to read only. Asks nothing of it yet. Close it in the end. */
export async function openStoreSource(parts: RouteParts, name: string): Promise<VectorSource> {
  return openSourceOf(parts.config, await readConnection(parts, name));
}

/** The same of one that was read. Those of the environment open without a key, too: each call fails with `auth` then. */
export function openSourceOf(config: Config, opened: OpenedConnection): VectorSource {
  if (opened.name === defaultConnections.source) return openStores(config).source;
  if (opened.name === defaultConnections.target) return openStores(config).target;
  return storeOf(opened).openSource(opened.settings, worldOf(config, opened));
}

/**
 * The store of a connection, to read and write. Asks nothing of it yet. Close it in the end.
 * @throws OperatorError `read-only` for a kind that can't be written
 */
export async function openStoreTarget(parts: RouteParts, name: string): Promise<VectorTarget> {
  if (name === defaultConnections.target) return openStores(parts.config).target;
  return openTargetOf(parts.config, await readConnection(parts, name));
}

/** @throws OperatorError `read-only` for a kind that can't be written */
export function openTargetOf(config: Config, opened: OpenedConnection): VectorTarget {
  const { openTarget, service } = storeOf(opened);
  const source = opened.name === defaultConnections.source;
  if (openTarget && !source) return openTarget(opened.settings, worldOf(config, opened));
  throw new OperatorError({
    kind: "usage",
    code: "read-only",
    what: `The connection ${opened.name} can't be a target: ${source ? "it is the environment's source, which is never written to" : `${service} can only be read by Portage`}.`,
    notLost: "Nothing was written.",
    next: "Choose another target.",
  });
}

/** The embedder of a connection. Asks nothing of it yet. */
export async function openConnectedEmbedder(parts: RouteParts, name: string): Promise<Embedder> {
  return openEmbedderOf(parts.config, await readConnection(parts, name));
}

export function openEmbedderOf(config: Config, opened: OpenedConnection): Embedder {
  if (opened.name === defaultConnections.embedder) return openEmbedder(config);
  const kind = kindNamed(opened.kind);
  if (kind.role === "embedder") return kind.embedder.open(opened.settings);
  throw wrongRole(opened.name, `a store (${kind.service})`, "an embedder");
}

function wrongRole(name: string, is: string, needed: string): OperatorError {
  return new OperatorError({
    kind: "usage",
    code: "wrong-role",
    what: `The connection ${name} is ${is}, not ${needed}.`,
    notLost: "Nothing was changed.",
    next: `Choose ${needed}: \`portage connections list\` names them.`,
  });
}

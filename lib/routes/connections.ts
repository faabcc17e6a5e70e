import type { Config } from "@/lib/config";
import { isOperatorError } from "@/lib/operator-error";
import { type Connection, routeName } from "@/lib/shapes/routes/route";
import {
  type ConnectionRow,
  connectionRows,
  deleteConnection,
  insertConnection,
  keptConnection,
  replaceConnection,
} from "./connection-rows";
import { type DefaultConnection, defaultConnectionsOf, isDefaultConnection, setBy } from "./default-route";
import { allKinds, kindNamed } from "./kinds";
import { type OpenedConnection, openRow, type RouteParts } from "./open-connection";
import { hasMoved, inUse, isFixed, isThere, noConnection } from "./refusals";
import { type GivenSettings, settleSettings } from "./settings";
import { usesOfConnections } from "./used-by";

export { type OpenedConnection, type RouteParts, readConnection } from "./open-connection";

/** Every connection, those of the environment first; no secret in it, and nothing is asked of a service. */
export async function listConnections(parts: RouteParts): Promise<Connection[]> {
  const [rows, uses] = await Promise.all([connectionRows(parts), usesOfConnections(parts)]);
  const usedBy = (name: string) => uses.get(name) ?? [];
  return [
    ...defaultConnectionsOf(parts.config).map((fixed) => viewFixed(fixed, usedBy(fixed.name))),
    ...rows.map((row) => viewRow(parts.config, row, usedBy(row.name))),
  ];
}

/** @throws OperatorError `connection-not-found` */
export async function showConnection(parts: RouteParts, name: string): Promise<Connection> {
  const found = (await listConnections(parts)).find((connection) => connection.name === name);
  if (found) return found;
  throw noConnection(name);
}

/** What would be kept, and the same with its secrets opened, to be tried before it is kept. */
export type Draft = { row: ConnectionRow; opened: OpenedConnection };

/**
 * A new connection, checked and not kept yet.
 * @throws OperatorError `unknown-kind`, `connection-fixed`, `connection-exists`, `invalid-input`, `secret-key-missing`, `sandbox-only`
 */
export async function draftConnection(
  parts: RouteParts,
  { name, kind: kindName, settings: given }: { name: string; kind: string; settings: GivenSettings },
): Promise<Draft> {
  routeName.parse(name);
  if (isDefaultConnection(parts.config, name)) throw isFixed("connection", name, setBy(parts.config, name));
  const kind = kindNamed(kindName);
  const rows = await connectionRows(parts);
  if (rows.some((row) => row.name === name)) throw isThere("connection", name);
  const settled = settleSettings(parts.config, { name, kind, given, before: null });
  const row: ConnectionRow = { name, role: kind.role, kind: kind.kind, ...settled, revision: 1 };
  return { row, opened: openRow(parts.config, row).opened };
}

/**
 * A connection as it would be after a change; its kind stays.
 * @throws OperatorError `connection-not-found`, `connection-fixed`, `invalid-input`, `secret-key-missing`, `secret-not-opened`, `sandbox-only`
 */
export async function draftChange(
  parts: RouteParts,
  { name, settings: given }: { name: string; settings: GivenSettings },
): Promise<Draft> {
  if (isDefaultConnection(parts.config, name)) throw isFixed("connection", name, setBy(parts.config, name));
  const before = await keptConnection(parts, name);
  const settled = settleSettings(parts.config, { name, kind: kindNamed(before.kind), given, before });
  const row: ConnectionRow = { ...before, ...settled };
  return { row, opened: openRow(parts.config, row).opened };
}

/** @throws OperatorError `connection-exists` */
export async function keepNew(parts: RouteParts, { row }: Draft, createdBy: string): Promise<Connection> {
  const { revision: _first, ...kept } = row;
  if (!(await insertConnection(parts, kept, createdBy))) throw isThere("connection", row.name);
  return showConnection(parts, row.name);
}

/** @throws OperatorError `connection-changed` when somebody else was quicker */
export async function keepChange(parts: RouteParts, { row }: Draft): Promise<Connection> {
  if (!(await replaceConnection(parts, row))) throw hasMoved("connection", row.name);
  return showConnection(parts, row.name);
}

/**
 * Forgets a connection with its secrets. Answers what it was.
 * @throws OperatorError `connection-not-found`, `connection-fixed`, `connection-in-use`
 */
export async function removeConnection(parts: RouteParts, name: string): Promise<Connection> {
  if (isDefaultConnection(parts.config, name)) throw isFixed("connection", name, setBy(parts.config, name));
  const connection = await showConnection(parts, name);
  if (connection.usedBy.length > 0) throw inUse("connection", name, connection.usedBy);
  await deleteConnection(parts, name);
  return connection;
}

function abilities(kindName: string) {
  const kind = allKinds().find((one) => one.kind === kindName);
  const store = kind?.role === "store" ? kind.store : null;
  return {
    service: kind?.service ?? kindName,
    reads: store !== null,
    writes: store?.openTarget != null,
    namedFields: store?.namedFields ?? false,
  };
}

function viewFixed({ name, role, kind, settings }: DefaultConnection, usedBy: string[]): Connection {
  const { fields } = kindNamed(kind);
  const own = abilities(kind);
  return {
    name,
    role,
    kind,
    ...own,
    // The source is never written to.
    writes: own.writes && name !== "source",
    revision: 0,
    fixed: true,
    settings: settings.map(({ key, value, by }) => ({
      key,
      label: fields.find((field) => field.key === key)?.label ?? key,
      value: value === null ? null : typeof value === "object" ? value.masked() : String(value),
      secret:
        (typeof value === "object" && value !== null) || fields.find((field) => field.key === key)?.secret === true,
      origin: by,
    })),
    usedBy,
    problem: null,
  };
}

function viewRow(config: Config, row: ConnectionRow, usedBy: string[]): Connection {
  const fields = allKinds().find((kind) => kind.kind === row.kind)?.fields ?? [];
  return {
    name: row.name,
    role: row.role,
    kind: row.kind,
    ...abilities(row.kind),
    revision: row.revision,
    fixed: false,
    settings: fields.map(({ key, label, secret = false }) => {
      const value = row.settings[key];
      const shown = secret ? row.shown[key] : value === undefined || value === null ? undefined : String(value);
      const kept = row.sealed[key];
      return {
        key,
        label,
        value: shown ?? null,
        secret,
        origin: kept === undefined ? "saved" : "env" in kept ? "environment" : "sealed",
      };
    }),
    usedBy,
    problem: problemOf(config, row),
  };
}

/** Why it can't be opened as things stand: another sealing key, a variable that isn't set, a folder that isn't allowed any more. */
function problemOf(config: Config, row: ConnectionRow): string | null {
  try {
    openRow(config, row);
    return null;
  } catch (error) {
    if (isOperatorError(error)) return `${error.what} ${error.next}`;
    throw error;
  }
}

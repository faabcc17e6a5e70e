import { z } from "zod";
import type { Worked } from "@/sandbox/http/stand-in";
import { admit } from "../admit";
import type { Definition } from "../definition";
import type { Source, StoredDocument } from "../document";
import type { Library } from "../library";
import { indexClosed, ok, Problem } from "../problems";
import { resolve } from "../resolve";
import { type Desk, type Route, readBody, refuseBlocked } from "./desk";
import { cut } from "./source";

const sourceSchema = z.record(z.string(), z.unknown());

const action = z.object({
  _index: z.string().optional(),
  _id: z.string().optional(),
  routing: z.string().optional(),
  if_seq_no: z.number().optional(),
  if_primary_term: z.number().optional(),
});
type Action = z.infer<typeof action>;

const actions = z.union([
  z.object({ update: action }).transform(({ update }) => ({ kind: "update" as const, target: update })),
  z.object({ index: action }).transform(({ index }) => ({ kind: "index" as const, target: index })),
  z.object({ create: action }).transform(({ create }) => ({ kind: "create" as const, target: create })),
]);
const change = z.object({ doc: sourceSchema, detect_noop: z.boolean().default(true) });

/** The index to write to. One that isn't there is made, as the server does by default. */
function writable(library: Library, name: string): Definition {
  const named = library.definitions().get(name);
  const only = named ? [named] : [...library.definitions().values()].filter(({ aliases }) => name in aliases);
  const [definition, ...more] = only;
  if (definition === undefined) return library.create({ name, shards: 1, mappings: {}, aliases: {}, blocks: {} });
  if (more.length > 0) {
    const reason = `no write index is defined for alias [${name}]. The write index may be explicitly disabled using is_write_index=false or the alias points to multiple indices without one being designated as a write index`;
    throw new Problem(400, "illegal_argument_exception", reason);
  }
  if (definition.closed) throw indexClosed(definition.name);
  refuseBlocked(definition, ["read_only", "read_only_allow_delete", "write"]);
  return definition;
}

/** Takes the change into the source, objects key by key, everything else whole. Answers whether anything differs. */
function merge(into: Source, changes: Source): boolean {
  let differs = false;
  for (const [key, value] of Object.entries(changes)) {
    const before = sourceSchema.safeParse(into[key]);
    const inner = sourceSchema.safeParse(value);
    if (before.success && inner.success) {
      const copy = { ...before.data };
      if (merge(copy, inner.data)) {
        into[key] = copy;
        differs = true;
      }
    } else if (JSON.stringify(into[key]) !== JSON.stringify(value)) {
      into[key] = value;
      differs = true;
    }
  }
  return differs;
}

function write(
  library: Library,
  definition: Definition,
  id: string,
  routing: string | null,
  source: Source,
  text: string,
) {
  const mappings = structuredClone(definition.mappings);
  const unindexed = admit(mappings, id, source);
  definition.mappings = mappings;
  const document = library.put(definition, id, routing, text, unindexed);
  library.save(definition);
  return document;
}

const shown = (definition: Definition, { head }: StoredDocument, result: string, status: number) => ({
  _index: definition.name,
  _id: head.id,
  _version: head.version,
  result,
  _seq_no: head.seqNo,
  _primary_term: 1,
  status,
});

function refuseOlder(existing: StoredDocument | undefined, { _id: id, if_seq_no, if_primary_term }: Action): void {
  if (if_seq_no === undefined) return;
  if (existing?.head.seqNo === if_seq_no && if_primary_term === 1) return;
  const reason = `[${id}]: version conflict, required seqNo [${if_seq_no}], primary term [${if_primary_term}]. but the document has another`;
  throw new Problem(409, "version_conflict_engine_exception", reason);
}

function update(library: Library, target: Action, name: string, line: unknown) {
  const { doc, detect_noop } = change.parse(line);
  const definition = writable(library, name);
  const existing = library.open(definition).live.get(target._id ?? "");
  if (existing === undefined) throw new Problem(404, "document_missing_exception", `[${target._id}]: document missing`);
  if (definition.mappings._source?.enabled === false) {
    throw new Problem(400, "document_source_missing_exception", `[${target._id}]: document source missing`);
  }
  refuseOlder(existing, target);
  const source = existing.source();
  const differs = merge(source, doc);
  if (!differs && detect_noop) return shown(definition, existing, "noop", 200);
  const { id, routing } = existing.head;
  return shown(definition, write(library, definition, id, routing, source, JSON.stringify(source)), "updated", 200);
}

function put(library: Library, target: Action, name: string, source: Source, text: string, onlyNew: boolean) {
  const definition = writable(library, name);
  const id = target._id ?? String(definition.seqNo);
  const existing = library.open(definition).live.get(id);
  refuseOlder(existing, target);
  if (onlyNew && existing)
    throw new Problem(409, "version_conflict_engine_exception", `[${id}]: document already exists`);
  const document = write(library, definition, id, target.routing ?? null, source, text);
  return shown(definition, document, existing ? "updated" : "created", existing ? 200 : 201);
}

function parseLine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(400, "illegal_argument_exception", "Malformed action/metadata line: it is not JSON");
  }
}

function* readActions(body: string) {
  const lines = body.split("\n");
  if (lines.pop() !== "") {
    throw new Problem(400, "illegal_argument_exception", "The bulk request must be terminated by a newline [\\n]");
  }
  for (let at = 0; at < lines.length; at += 2) {
    const parsed = actions.safeParse(parseLine(lines[at] ?? ""));
    if (!parsed.success) throw new Problem(400, "illegal_argument_exception", "Malformed action/metadata line");
    const text = lines[at + 1] ?? "";
    yield { ...parsed.data, text, line: parseLine(text) };
  }
}

async function bulk(desk: Desk): Promise<Worked> {
  const { library } = desk;
  const wanted = [...readActions(desk.exchange.body.toString("utf8"))];
  const items = await library.storage.root.transaction(() =>
    wanted.map(({ kind, target, text, line }) => {
      const name = target._index ?? desk.target;
      try {
        if (kind === "update") return { update: update(library, target, name, line) };
        return { [kind]: put(library, target, name, sourceSchema.parse(line), text, kind === "create") };
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        return { [kind]: { _index: name, _id: target._id, status: error.status, error: error.toItem() } };
      }
    }),
  );
  const errors = items.some((item) => Object.values(item).some((one) => "error" in one));
  if (desk.exchange.query.get("refresh") === "true") {
    for (const name of new Set(wanted.map(({ target }) => target._index ?? desk.target))) refreshNamed(library, name);
  }
  return { ...ok({ took: 1, errors, items }), records: items.length };
}

function refreshNamed(library: Library, name: string): void {
  const definition = library.definitions().get(name);
  if (definition) library.refresh(definition);
}

const keys = z.object({
  docs: z.array(
    z.object({
      _index: z.string().optional(),
      _id: z.string(),
      _source: z.union([z.boolean(), z.array(z.string())]).default(true),
    }),
  ),
});

function readMany(desk: Desk): Worked {
  const { docs } = readBody(desk, keys);
  return {
    ...ok({ docs: docs.map(({ _index, _id, _source }) => readOne(desk.library, _index ?? desk.target, _id, _source)) }),
    records: docs.length,
  };
}

function readOne(library: Library, index: string, id: string, wanted: boolean | readonly string[]): object {
  const definition = library.definitions().get(index);
  if (definition === undefined) return { _index: index, _id: id, found: false };
  const document = library.open(definition).live.get(id);
  if (document === undefined) return { _index: index, _id: id, found: false };
  const { seqNo, version, routing } = document.head;
  return {
    _index: definition.name,
    _id: id,
    _version: version,
    _seq_no: seqNo,
    _primary_term: 1,
    ...(routing === null ? {} : { _routing: routing }),
    found: true,
    _source: cut(document.source(), wanted),
  };
}

function get(desk: Desk): Worked {
  const [found] = resolve(desk.library, desk.target);
  const answer = readOne(desk.library, found?.definition.name ?? desk.target, desk.name, true);
  return { ...ok(answer), status: "_seq_no" in answer ? 200 : 404 };
}

async function save(desk: Desk): Promise<Worked> {
  const { library, exchange, target, name } = desk;
  const source = readBody(desk, sourceSchema);
  const routing = exchange.query.get("routing");
  const action = { _id: name, ...(routing === null ? {} : { routing }) };
  const saved = await library.storage.root.transaction(() =>
    put(library, action, target, source, exchange.body.toString("utf8"), false),
  );
  if (exchange.query.get("refresh") === "true") refreshNamed(library, saved._index);
  return { ...ok(saved), status: saved.status };
}

async function remove(desk: Desk): Promise<Worked> {
  const { library, target, name } = desk;
  const [found] = resolve(library, target);
  const dropped = await library.storage.root.transaction(() => {
    const gone = found !== undefined && library.drop(found.definition, name);
    if (found) library.save(found.definition);
    return gone;
  });
  return {
    ...ok({ _index: target, _id: name, result: dropped ? "deleted" : "not_found" }),
    status: dropped ? 200 : 404,
  };
}

/** Documents one by one and in bulk. */
export const documentRoutes: Record<string, Route[]> = {
  _bulk: [{ name: "bulk", methods: ["POST", "PUT"], run: bulk }],
  _mget: [{ name: "read-many", methods: ["GET", "POST"], run: readMany }],
  _doc: [
    { name: "read", methods: ["GET"], run: get },
    { name: "write", methods: ["PUT", "POST"], run: save },
    { name: "delete", methods: ["DELETE"], run: remove },
  ],
};

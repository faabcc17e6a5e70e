import { lstat } from "node:fs/promises";
import path from "node:path";
import { configuredMeter, isStoreKind } from "@/lib/actions/connections/inspect-meter";
import { inspectPath } from "@/lib/actions/connections/inspect-path";
import { verbs } from "@/lib/actions/verbs/registry";
import { readConfig } from "@/lib/config";
import { exitCodes, OperatorError } from "@/lib/operator-error";
import { defaultRoute } from "@/lib/shapes/names";
import type { InspectedCollection, Inspection } from "@/lib/shapes/routes/inspection";
import type { CommonOptions } from "../options";
import { Terminal } from "../terminal";
import { withTransport } from "../transport";
import { table } from "../words/table";
import { bytes, counted, money, name, number } from "../words/words";

/** Keys of metadata that are printed; all of them stand in `--json`. */
const keysShown = 12;

type InspectOptions = CommonOptions & { embed?: string; to?: string; limit?: string };

/**
 * `portage inspect`: what stores of vectors a path or a connection holds. Exit code 1 when something there can't be read or carried over
 * as it is, 2 when nothing is there.
 */
export async function inspect(place: string, options: InspectOptions): Promise<number> {
  const terminal = new Terminal(options);
  const inspection = await look(place, options);
  terminal.document(inspection);
  for (const store of inspection.stores) terminal.line(store);
  for (const { format, path, bytes: size, collections } of inspection.stores) {
    terminal.text(`${name(format)}: ${name(path)}${size === null ? "" : `, ${bytes(size)}`}`);
    for (const collection of collections) print(terminal, collection, options.embed !== "none");
    if (collections.length === 0) terminal.text("  No collections.");
  }
  for (const { path, words } of inspection.unreadable) terminal.text(`Can't be read: ${name(path)}. ${name(words)}`);
  if (inspection.stores.length === 0 && inspection.unreadable.length === 0) {
    terminal.note(
      `No store of vectors was found in ${name(place)}; ${counted(inspection.otherFiles, "file")} of other kinds.`,
    );
    return exitCodes.usage;
  }
  const faulty = inspection.stores.some(({ collections }) =>
    collections.some(({ faults, damaged }) => faults.length > 0 || damaged !== null),
  );
  return faulty || inspection.unreadable.length > 0 ? exitCodes.leftOver : exitCodes.done;
}

/** A path is read by this process, which needs neither database nor key; a connection by whoever has them. */
async function look(place: string, { embed, to, limit }: InspectOptions): Promise<Inspection> {
  if (place.trim() === "")
    throw new OperatorError({
      kind: "usage",
      code: "empty-name",
      what: "The place was named by an empty text.",
      notLost: "Nothing was read.",
      next: "Name a path, . for the current folder, or a connection.",
    });
  const most = limitOf(limit);
  const only = most === undefined ? {} : { limit: most };
  const embedder = embed === "none" ? undefined : embed;
  const rules = { ...only, ...(embedder && { embedder }), ...(to !== undefined && { to }) };
  const found = await pathOf(place);
  const config = readConfig();
  // What a connection or a saved route says only whoever has them knows.
  const known = embedder === undefined && (to === undefined ? config.route === defaultRoute : isStoreKind(to));
  if (found !== null && known) return inspectPath(found, configuredMeter(config, to), only);
  const [, connection = "", collection] = /^([^:]+)(?::(.*))?$/s.exec(place) ?? [];
  const named = { connection, ...(collection === undefined || collection === "" ? {} : { collection }) };
  return withTransport({ works: false }, (transport) =>
    transport.call(verbs.inspect, { ...(found === null ? named : { path: path.resolve(found) }), ...rules }),
  );
}

/** `./chroma`, or `chroma-folder:./chroma` as other commands take it; `null`: a connection is meant. */
async function pathOf(place: string): Promise<string | null> {
  const isThere = (one: string) =>
    lstat(one).then(
      () => true,
      () => false,
    );
  if (await isThere(place)) return place;
  const behind = place.replace(/^[a-z-]+:/, "");
  if (behind !== place && (await isThere(behind))) return behind;
  return /^[a-z0-9][a-z0-9._-]{0,62}(?::|$)/.test(place) && !/[/\\]/.test(place.split(":")[0] ?? "") ? null : place;
}

function limitOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new OperatorError({
    kind: "usage",
    code: "invalid-option",
    what: `--limit is ${JSON.stringify(text)}, which is not a whole number from 1 to 9,999,999.`,
    notLost: "Nothing was read.",
    next: "Give --limit a number of records, or leave it out.",
  });
}

function print(terminal: Terminal, collection: InspectedCollection, embeds: boolean): void {
  const { embedding, ids, writing } = collection;
  const toPinecone = writing.to.startsWith("Pinecone");
  const dimensions = collection.dimensions.map(({ dimension }) => number(dimension)).join(", ");
  terminal.text("");
  if (collection.records === 0 && collection.firstOf === null && collection.faults.length > 0) {
    terminal.text(`  ${name(collection.name)}: ${collection.sort ?? "nothing was read"}`);
    for (const fault of collection.faults) terminal.text(`  ! ${name(fault)}`);
    return;
  }
  terminal.text(
    `  ${name(collection.name)}${collection.within === null ? "" : ` (${name(collection.within)})`}: ${counted(collection.records, "record")}, ` +
      `${number(collection.withVector)} with a vector, ${number(collection.withText)} with a text`,
  );
  if (collection.firstOf !== null)
    terminal.text(
      `  Only these were read of ${collection.firstOf > collection.records + 1 ? number(collection.firstOf) : "more"}: --limit reads more of them.`,
    );
  if (collection.sort !== undefined) terminal.text(`  ${collection.sort}`);
  terminal.text(`  dimension ${dimensions || "unknown"}, metric ${collection.metric ?? "unknown"}`);
  terminal.text(
    `  IDs: up to ${counted(ids.longest, "character")}, ${ids.scripts.map(({ script }) => script).join(", ") || "none"}` +
      `${ids.notAscii > 0 ? `, ${number(ids.notAscii)} with more than ASCII` : ""}`,
  );
  if (collection.duplicateTexts !== null && collection.duplicateTexts > 0)
    terminal.text(`  Texts that another record has, too: ${number(collection.duplicateTexts)}`);
  if (collection.longestText !== null)
    terminal.text(
      `  Longest text: ${counted(collection.longestText.characters, "character")} (${name(collection.longestText.id)})`,
    );
  if (collection.largestMetadata !== null)
    terminal.text(
      `  Largest metadata: ${bytes(collection.largestMetadata.bytes)} (${name(collection.largestMetadata.id)})` +
        `${toPinecone && collection.largeMetadata > 0 ? `; ${counted(collection.largeMetadata, "record")} beyond the 40 KB that Pinecone takes` : ""}`,
    );
  if (collection.nestedMetadata > 0)
    terminal.text(
      `  Nested or empty (null) values of metadata in ${counted(collection.nestedMetadata, "record")}${toPinecone ? ": Pinecone takes none" : ""}.`,
    );
  if (embeds)
    terminal.text(
      `  Embedding all texts with ${embedding.model}: ${number(embedding.texts)} texts, about ${number(Math.ceil(embedding.tokens))} tokens, ` +
        `about ${money(embedding.usd)}${embedding.tooLong > 0 ? `; ${counted(embedding.tooLong, "text is", "texts are")} longer than the model reads` : ""}`,
    );
  const price = `, about ${number(writing.units)} write units, about ${money(writing.usd)}`;
  terminal.text(`  Writing all of it to ${writing.to}: ${bytes(writing.bytes)}${writing.units > 0 ? price : ""}`);
  if (collection.keys.length > 0) {
    const rows = collection.keys.slice(0, keysShown);
    terminal.text(
      table(
        [
          { title: "  KEY", cell: (row) => `  ${name(row.key)}` },
          { title: "TYPES", cell: (row) => row.types.join(", ") },
          { title: "RECORDS", align: "right", cell: (row) => number(row.records) },
          { title: "EXAMPLES", cell: (row) => row.examples.map(name).join(" · ") },
        ],
        rows,
        terminal.dim,
      ),
    );
    const more = collection.keys.length - rows.length + collection.otherKeys;
    if (more > 0) terminal.text(`  and ${counted(more, "more key")} (--json lists them)`);
  }
  for (const fault of collection.faults) terminal.text(`  ! ${name(fault)}`);
  if (collection.damaged !== null)
    terminal.text(`  ! Reading stopped after ${counted(collection.records, "record")}: ${name(collection.damaged)}`);
}

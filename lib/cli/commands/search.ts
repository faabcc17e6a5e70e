import { readFile } from "node:fs/promises";
import { verbs } from "@/lib/actions/verbs/registry";
import { exitCodes, OperatorError } from "@/lib/operator-error";
import type { SearchAnswer, SearchHit, SearchSide } from "@/lib/shapes/cut-over/search";
import { type CommonOptions, type RouteOption, routed, wholeNumber } from "../options";
import { Terminal } from "../terminal";
import { withTransport } from "../transport";
import { table } from "../words/table";
import { name, number } from "../words/words";

type SearchOptions = CommonOptions &
  RouteOption & {
    record?: string;
    vector?: string;
    k?: string;
    namespace?: string;
    filter?: string;
    hybrid?: boolean;
    sourceEmbedder?: string;
    targetEmbedder?: string;
  };

/** `portage search TEXT | --record ID | --vector FILE`: both sides' answers to one question. */
export async function search(text: string | undefined, options: SearchOptions): Promise<number> {
  const terminal = new Terminal(options);
  const { record, namespace, sourceEmbedder, targetEmbedder } = options;
  const k = wholeNumber("--k", options.k, 1, 100);
  const input = {
    ...routed(options),
    ...(text !== undefined && { text }),
    ...(record !== undefined && { record }),
    ...(options.vector !== undefined && { vector: await vectorIn(options.vector) }),
    ...(namespace !== undefined && { namespace }),
    ...(k !== undefined && { k }),
    ...(options.filter !== undefined && { filter: jsonOf("--filter", options.filter) }),
    ...(sourceEmbedder !== undefined && { sourceEmbedder }),
    ...(targetEmbedder !== undefined && { targetEmbedder }),
  };
  const answer = await withTransport({ works: false }, (transport) => transport.call(verbs.searchRoute, input));
  if (options.hybrid === true && answer.hybrid === null) throw notFused(answer);
  terminal.document(answer);
  for (const side of ["source", "target"] as const)
    for (const [at, hit] of answer[side].hits.entries()) terminal.line({ side, rank: at + 1, ...hit });
  for (const [at, hit] of (answer.words?.hits ?? []).entries()) terminal.line({ side: "words", rank: at + 1, ...hit });
  for (const [at, hit] of (answer.hybrid?.hits ?? []).entries())
    terminal.line({ side: "hybrid", rank: at + 1, ...hit });
  terminal.text([answerWords(answer, terminal), ...byWords(answer, terminal)].join("\n\n"));
  const failed = [answer.source, answer.target, ...(answer.words ? [answer.words] : [])].some(
    ({ state }) => state === "failed",
  );
  return failed ? exitCodes.failed : exitCodes.done;
}

/** Whoever asks for vectors and words in one list isn't given less without a word. */
function notFused({ by, words }: SearchAnswer): OperatorError {
  const why =
    by !== "text"
      ? `words can't be asked by a ${by}`
      : words === null
        ? "no documents are connected"
        : words.state === "failed"
          ? `the documents weren't searched (${words.words ?? "no reason was given"})`
          : "no side was searched by vectors";
  return new OperatorError({
    kind: "usage",
    code: "not-hybrid",
    what: `Vectors and words can't be put into one list: ${why}.`,
    notLost: "Nothing was written.",
    next: "Ask by a text, with Elasticsearch connected (ELASTICSEARCH_ENDPOINT), or leave --hybrid out to see what each side answers.",
  });
}

function answerWords(answer: SearchAnswer, terminal: Terminal): string {
  const { source, target, shared } = answer;
  const together =
    shared === null
      ? []
      : [`${number(shared)} of ${number(Math.max(source.hits.length, target.hits.length))} hits are on both sides.`];
  return [
    sideWords("source", source, target, terminal),
    "",
    sideWords("target", target, source, terminal),
    "",
    ...together,
  ]
    .join("\n")
    .trimEnd();
}

/** The documents' own answer, and both in one list. */
function byWords({ words, hybrid }: SearchAnswer, terminal: Terminal): string[] {
  if (words === null) return [];
  const head = `words: ${words.indexes.map(name).join(", ")} (${words.service})`;
  if (words.state === "failed") return [`${head}: not searched. ${name(words.words ?? "")} ${name(words.next ?? "")}`];
  const row = (score: string, from: string, hit: { id: string; text: SearchHit["text"] }, at: number) => ({
    ...{ rank: at + 1, score, from, id: hit.id, text: shortText(hit.text) },
  });
  type Row = ReturnType<typeof row>;
  const list = (rows: Row[]) =>
    table<Row>(
      [
        { title: "#", align: "right", cell: ({ rank }) => String(rank) },
        { title: "SCORE", align: "right", cell: ({ score }) => score },
        { title: "FROM", cell: ({ from }) => name(from) },
        { title: "ID", cell: ({ id }) => name(id) },
        { title: "TEXT", cell: ({ text }) => text },
      ],
      rows,
      terminal.dim,
    );
  const rank = (of: string, at: number | null) => (at === null ? [] : [`${of} #${at}`]);
  const found =
    words.hits.length === 0
      ? `${head}: nothing was found.`
      : `${head}: searched in ${ms(words.searchMs ?? 0)}\n${list(words.hits.map((hit, at) => row(hit.score.toFixed(2), hit.index, hit, at)))}`;
  if (hybrid === null || hybrid.hits.length === 0) return [found];
  const fused = hybrid.hits.map((hit, at) =>
    row(hit.score.toFixed(4), [...rank("vector", hit.vectorRank), ...rank("words", hit.wordsRank)].join(", "), hit, at),
  );
  return [found, `hybrid: vectors of the ${hybrid.side} and words, fused by their ranks\n${list(fused)}`];
}

const shortText = (parts: SearchHit["text"]) =>
  name(
    parts
      .map(({ text }) => text)
      .join("")
      .replace(/\s+/g, " ")
      .slice(0, 70),
  );

const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

function sideWords(side: "source" | "target", answer: SearchSide, other: SearchSide, terminal: Terminal): string {
  const head = `${side}: ${name(answer.collection)} (${answer.service}${answer.metric === null ? "" : `, ${answer.metric}`})`;
  if (answer.state !== "answered")
    return `${head}: not searched. ${name(answer.words ?? "")} ${name(answer.next ?? "")}`;
  const times = [
    ...(answer.embedMs === null ? [] : [`embedded by ${answer.model} in ${ms(answer.embedMs)}`]),
    `searched in ${ms(answer.searchMs ?? 0)}`,
  ].join(", ");
  if (answer.hits.length === 0) return `${head}: ${times}; nothing was found.`;
  const rows = answer.hits.map((hit, at) => ({ hit, rank: at + 1 }));
  return [
    `${head}: ${times}`,
    table<(typeof rows)[number]>(
      [
        { title: "#", align: "right", cell: ({ rank }) => String(rank) },
        { title: "SCORE", align: "right", cell: ({ hit }) => hit.score.toFixed(4) },
        { title: "OTHER", align: "right", cell: ({ hit }) => (other.state === "answered" ? moved(hit) : "") },
        { title: "ID", cell: ({ hit }) => name(hit.id) },
        {
          title: "TEXT",
          cell: ({ hit }) => shortText(hit.text),
        },
      ],
      rows,
      terminal.dim,
    ),
  ].join("\n");
}

/** The rank on the other side. */
const moved = ({ otherRank }: SearchHit) => (otherRank === null ? "only here" : `#${otherRank}`);

async function vectorIn(path: string): Promise<number[]> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw refused(
      `${path} can't be read: ${error instanceof Error ? error.message : "it isn't a file"}.`,
      "Check the path.",
    );
  });
  const read: unknown = jsonOf("--vector", text);
  if (Array.isArray(read) && read.every((value) => typeof value === "number")) return read;
  throw refused(`${path} isn't a JSON list of numbers.`, "Give a file such as [0.1, -0.2].");
}

function jsonOf(option: string, text: string) {
  try {
    return JSON.parse(text);
  } catch {
    throw refused(`${option} isn't JSON.`, `Give ${option} JSON such as {"page": {"$gte": 2}}.`);
  }
}

const refused = (what: string, next: string) =>
  new OperatorError({ kind: "usage", code: "invalid-option", what, notLost: "Nothing was asked.", next });

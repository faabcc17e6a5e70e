import { textOf } from "@/lib/plan/text";
import { embedQuestions } from "@/lib/search/embed-question";
import type { VectorRecord } from "@/lib/stores/contract";
import { inFetches } from "@/lib/stores/query/exact-query";
import { Reservoir, seeded } from "./random";
import type { GateInput, GateSide, NamespacePair, Question } from "./sides";

/** Words of a passage by which its document is to be found again. */
const passageWords = { least: 5, most: 24 };
/** Calls that were made for questions: none are made again. */
type Options = { signal?: AbortSignal };

/** The questions, sampled by the seed, and how many of a log's can't be put to both sides. */
export type Questions = { questions: Question[]; sampled: VectorRecord[]; unasked: number };

/** Of each side that can't be asked the texts that are to be asked, why: known before anything is read. */
export function missingModels({ settings: { queries, n }, given, source, target }: GateInput): string[] {
  const byText =
    queries === "file" ? given.slice(0, n).some(({ text }) => text !== undefined) : queries !== "documents";
  if (!byText) return [];
  return [source, target].flatMap(({ embedder, shape, why }) =>
    embedder === null
      ? [why ?? `Nothing makes questions' vectors for ${shape.name}: name the connection of its embedder.`]
      : [],
  );
}

/** Makes the questions. Reads IDs and the sampled records; texts are embedded once for each side's model. */
export async function makeQuestions(input: GateInput): Promise<Questions> {
  const options = input.signal ? { signal: input.signal } : {};
  const { queries } = input.settings;
  if (queries === "file") {
    const made = await withVectors(input, await byRecords(input, givenQuestions(input), options), [], options);
    const put = made.questions.filter(({ vectors }) => vectors.source !== null && vectors.target !== null).length;
    return { ...made, unasked: Math.min(input.given.length, input.settings.n) - put };
  }
  const records = await sampleRecords(input, options);
  if (queries === "documents") return byDocuments(input, records, options);
  const random = seeded(input.settings.seed + 1);
  const known = records.flatMap(({ pair, record }) => {
    const text = textOf(record.metadata, input.text);
    const passage = text.usable ? passageOf(text.text, random) : null;
    return passage === null
      ? []
      : [question(pair, { text: passage, expected: [record.id], stratum: stratumOf(input, record) })];
  });
  return withVectors(
    input,
    known,
    records.map(({ record }) => record),
    options,
  );
}

type Sampled = { pair: NamespacePair; record: VectorRecord };

/** As many records of the source as there are to be questions, each with the same chance, whichever namespace it is in. */
async function sampleRecords({ source, namespaces, settings }: GateInput, options: Options): Promise<Sampled[]> {
  const sample = new Reservoir<{ pair: NamespacePair; id: string }>(settings.n, seeded(settings.seed));
  for (const pair of namespaces) {
    const place = { index: source.shape.name, namespace: pair.source };
    let cursor: string | undefined;
    do {
      const page = await source.store.listIds(place, { ...options, ...(cursor !== undefined && { cursor }) });
      for (const id of page.ids) sample.offer({ pair, id });
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
  }
  const records: Sampled[] = [];
  for (const pair of namespaces) {
    const ids = sample.kept.filter((one) => one.pair === pair).map(({ id }) => id);
    const place = { index: source.shape.name, namespace: pair.source };
    for (const part of inFetches(ids, source.store.can.limits))
      for (const record of (await source.store.fetchRecords(place, part, options)).records)
        records.push({ pair, record });
  }
  return records;
}

/** A document's own vector asks for its neighbours; the document itself is no answer. */
async function byDocuments(input: GateInput, records: readonly Sampled[], options: Options): Promise<Questions> {
  const own = input.copied ? null : await ofTarget(input, records, options);
  const questions = records.flatMap(({ pair, record }) => {
    if (record.values.length === 0) return [];
    const target = own === null ? record.values : (own.get(keyOf(pair, record.id)) ?? null);
    return [
      {
        ...question(pair, { record: record.id, stratum: stratumOf(input, record) }),
        vectors: { source: record.values, target },
      },
    ];
  });
  return { questions, sampled: records.map(({ record }) => record), unasked: 0 };
}

function stratumOf({ settings }: GateInput, { metadata }: VectorRecord): string | null {
  const value = settings.by === undefined ? null : metadata[settings.by];
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value).slice(0, 200)
    : null;
}

const keyOf = (pair: NamespacePair, id: string) => JSON.stringify([pair.target, id]);

async function ofTarget({ target }: GateInput, records: readonly Sampled[], options: Options) {
  const found = new Map<string, readonly number[]>();
  for (const pair of new Set(records.map((one) => one.pair))) {
    const ids = records.filter((one) => one.pair === pair).map(({ record }) => record.id);
    const place = { index: target.shape.name, namespace: pair.target };
    for (const part of inFetches(ids, target.store.can.limits))
      for (const { id, values } of (await target.store.fetchRecords(place, part, options)).records)
        found.set(keyOf(pair, id), values);
  }
  return found;
}

/** Questions of a log or a set, without vectors but for those that it holds itself. */
export function givenQuestions({ given, namespaces, copied, settings }: GateInput): Question[] {
  return given.slice(0, settings.n).flatMap(({ namespace, text, vector, record, filter, expected = [] }) => {
    const pair = namespaces.find(({ source }) => source === namespace);
    if (!pair) return [];
    const made = question(pair, {
      text: text ?? null,
      record: record ?? null,
      expected: [...expected],
      filter: filter ?? null,
    });
    // A vector is of one model: of the source's, as the log was written before the move.
    return [{ ...made, vectors: { source: vector ?? null, target: copied ? (vector ?? null) : null } }];
  });
}

/** A record asks each side by the vector that it has there, of copied ones by the source's. */
async function byRecords(input: GateInput, questions: Question[], options: Options): Promise<Question[]> {
  for (const side of input.copied ? (["source"] as const) : (["source", "target"] as const)) {
    const { store, shape } = input[side];
    for (const pair of input.namespaces) {
      const own = questions.filter((one) => one.pair === pair && one.record !== null);
      const ids = [...new Set(own.flatMap(({ record }) => record ?? []))];
      for (const part of inFetches(ids, store.can.limits)) {
        const { records } = await store.fetchRecords({ index: shape.name, namespace: pair[side] }, part, options);
        const found = new Map(records.map((record) => [record.id, record]));
        for (const one of own) {
          const record = found.get(one.record ?? "");
          one.vectors[side] ??= record?.values ?? null;
          one.stratum ??= record ? stratumOf(input, record) : null;
        }
      }
    }
  }
  if (input.copied) for (const one of questions) one.vectors.target ??= one.record === null ? null : one.vectors.source;
  return questions;
}

function question(
  pair: NamespacePair,
  given: Partial<Pick<Question, "record" | "text" | "expected" | "filter" | "stratum">>,
): Question {
  const { record = null, text = null, expected = [], filter = null, stratum = null } = given;
  return {
    ...{ pair, record, text, expected, filter, stratum, filtered: filter !== null, namespace: pair.source },
    vectors: { source: null, target: null },
  };
}

/** Texts as vectors of each side's own model; a side without one isn't asked by text. */
async function withVectors(
  input: GateInput,
  questions: Question[],
  sampled: VectorRecord[],
  options: Options,
): Promise<Questions> {
  const made = { source: new Map<string, readonly number[]>(), target: new Map<string, readonly number[]>() };
  const texts = [...new Set(questions.flatMap(({ text }) => (text === null ? [] : [text])))];
  const embed = async (side: GateSide, into: Map<string, readonly number[]>) => {
    if (side.embedder === null) return;
    const vectors = await embedQuestions(side.embedder, texts, options);
    for (const [at, text] of texts.entries()) into.set(text, vectors[at] ?? []);
  };
  await embed(input.source, made.source);
  // One model on both sides is asked once.
  if (input.copied && input.source.embedder !== null && input.target.embedder !== null) made.target = made.source;
  else await embed(input.target, made.target);
  const vectorOf = ({ text, vectors }: Question, side: "source" | "target") =>
    vectors[side] ?? (text === null ? null : (made[side].get(text) ?? null));
  return {
    questions: questions.map((one) => ({
      ...one,
      vectors: { source: vectorOf(one, "source"), target: vectorOf(one, "target") },
    })),
    sampled,
    unasked: 0,
  };
}

/** Some words out of the middle of a text, or `null` where it is too short to be told from others. */
export function passageOf(text: string, random: () => number): string | null {
  const words = text.split(/\s+/).filter((word) => word !== "");
  // Where words aren't parted by blanks, characters are.
  const [units, joint] = words.length >= passageWords.least ? [words, " "] : [[...text.trim()], ""];
  if (units.length < passageWords.least * (joint === "" ? 4 : 1)) return null;
  const wanted = joint === "" ? passageWords.most * 2 : passageWords.most;
  const length = Math.min(wanted, Math.max(passageWords.least, Math.ceil(units.length * 0.6)));
  const start = Math.floor(random() * (units.length - length + 1));
  return units.slice(start, start + length).join(joint);
}

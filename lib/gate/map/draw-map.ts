import { textOf } from "@/lib/plan/text";
import type { GateMap, MapState } from "@/lib/shapes/cut-over/gate-map";
import type { Metadata, MetadataValue, VectorRecord } from "@/lib/stores/contract";
import { overlap } from "../agreement";
import type { Answers } from "../ask";
import { floor } from "../measure";
import type { GateInput, Question } from "../sides";
import { fitted, type Plane, type Point, planeOf, turned } from "./plane";
import { keyOf, type MapSample, type Sampled } from "./sample";

/** Keys that colour can tell apart, values of each, and characters of a text. */
const most = { keys: 6, values: 7, text: 160 };

/** Both sides of a sample in a plane, each record with what became of the questions about it. `null`: too few to lay out. */
export function drawMap(
  input: GateInput,
  sample: MapSample,
  questions: readonly Question[],
  answers: { source: Answers; target: Answers },
): GateMap | null {
  const records = sample.records;
  const valuesOf = (record: VectorRecord | null, side: "source" | "target") =>
    record === null || record.values.length !== input[side].shape.dimension
      ? null
      : scaled(record.values, input[side].shape.metric === "cosine");
  const vectors = records.map(({ source, target }) => ({
    source: valuesOf(source, "source"),
    target: valuesOf(target, "target"),
  }));
  const own = (side: "source" | "target") => planeOf(vectors.flatMap((one) => (one[side] ? [one[side]] : [])));
  const ofSource = own("source");
  const shared = input.copied && ofSource !== null;
  const ofTarget = shared ? ofSource : own("target");
  if (ofSource === null && ofTarget === null) return null;
  const at = (plane: Plane | null, values: readonly number[] | null) => (plane && values ? plane.at(values) : null);
  const raw = vectors.map(({ source, target }) => ({ source: at(ofSource, source), target: at(ofTarget, target) }));
  const turn = shared ? (point: Point) => point : turned(raw);
  const laid = raw.map(({ source, target }) => ({ source, target: target && turn(target) }));
  const fit = {
    source: fitted(
      laid.flatMap(({ source, target }) => [source, shared ? target : null].filter((one) => one !== null)),
    ),
    target: fitted(
      laid.flatMap(({ source, target }) => [target, shared ? source : null].filter((one) => one !== null)),
    ),
  };
  const states = statesOf(questions, answers);
  const keys = keysOf(records, input.owned);
  return {
    of: sample.seen,
    shared,
    shows: { source: ofSource?.shows ?? null, target: shared ? null : (ofTarget?.shows ?? null) },
    keys,
    points: records.map((one, index) => {
      const { source, target } = laid[index] ?? { source: null, target: null };
      const metadata = (one.source ?? one.target)?.metadata ?? {};
      const text = textOf(metadata, input.text);
      return {
        ...{ id: one.id, namespace: one.pair.source, state: stateOf(one, states) },
        source: source && fit.source(source),
        target: target && fit.target(target),
        values: keys.map(({ key, values }) => {
          const place = values.indexOf(shownValue(metadata[key]) ?? "");
          return place === -1 ? null : place;
        }),
        text: text.usable ? text.text.replace(/\s+/g, " ").slice(0, most.text) : "",
      };
    }),
  };
}

/** Of the metric cosine only directions count. */
function scaled(values: readonly number[], byDirection: boolean): readonly number[] {
  if (!byDirection) return values;
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0)) || 1;
  return values.map((value) => value / length);
}

function stateOf({ pair, id, source, target }: Sampled, states: ReadonlyMap<string, MapState>): MapState {
  if (target === null) return "missing";
  if (source === null) return "only-target";
  return states.get(keyOf(pair, id)) ?? "not-asked";
}

/** Lost: what should be found isn't among the target's hits, or of a record's own hits less than half are. */
function statesOf(questions: readonly Question[], answers: { source: Answers; target: Answers }) {
  const states = new Map<string, MapState>();
  const note = (key: string, found: boolean) => states.set(key, found && states.get(key) !== "lost" ? "found" : "lost");
  for (const [at, { pair, record, expected }] of questions.entries()) {
    const [source, target] = [answers.source.hits[at], answers.target.hits[at]];
    if (!source || !target) continue;
    const ids = target.map(({ id }) => id);
    for (const id of expected) note(keyOf(pair, id), ids.includes(id));
    if (record !== null && expected.length === 0) note(keyOf(pair, record), overlap(source, ids) >= floor);
  }
  return states;
}

const shownValue = (value: MetadataValue | undefined): string | null =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value).slice(0, 60)
    : null;

/** Keys of which most records have one of a few values; those that set apart most come first. */
function keysOf(records: readonly Sampled[], owned: readonly string[]): GateMap["keys"] {
  const counted = new Map<string, Map<string, number>>();
  for (const { source, target } of records) {
    const metadata: Metadata = (source ?? target)?.metadata ?? {};
    for (const [key, value] of Object.entries(metadata)) {
      const shown = owned.includes(key) ? null : shownValue(value);
      if (shown === null) continue;
      const values = counted.get(key) ?? new Map<string, number>();
      values.set(shown, (values.get(shown) ?? 0) + 1);
      counted.set(key, values);
    }
  }
  const fair = [...counted].flatMap(([key, values]) => {
    const largest = [...values].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, most.values);
    const held = largest.reduce((sum, [, count]) => sum + count, 0);
    return values.size > 1 && held >= records.length * 0.6
      ? [{ key, held, values: largest.map(([value]) => value) }]
      : [];
  });
  return fair
    .sort((a, b) => b.held - a.held || (a.key < b.key ? -1 : 1))
    .slice(0, most.keys)
    .map(({ key, values }) => ({ key, values }));
}

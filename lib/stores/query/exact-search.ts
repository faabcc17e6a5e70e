import type { Metric } from "../contract";

/** Records compared at once: each block of questions is read from memory once for all of them. */
const recordsAtOnce = 32;
/** Questions whose products with a record are summed side by side. */
const atOnce = 4;

export type Ranked = { id: string; score: number };

export type ExactSearchOptions = {
  metric: Metric;
  dimension: number;
  /** `number[dimension]` each. */
  questions: readonly (readonly number[])[];
  /** How many of each question's nearest are kept. */
  k: number;
  /** By question, an ID that doesn't count: the record that the question was taken from. */
  without?: readonly (string | null)[];
};

/**
 * Compares records with all questions, one record after the other, and keeps each question's nearest: exact, and in memory that doesn't grow with the
 * records. Scores are the higher the nearer: the cosine, the inner product, or minus the Euclidean distance.
 */
export class ExactSearch {
  readonly #options: ExactSearchOptions;
  readonly #padded: number;
  readonly #questions: Float32Array;
  readonly #questionSquares: Float64Array;
  readonly #buffer: Float32Array;
  readonly #bufferSquares = new Float64Array(recordsAtOnce);
  readonly #bufferIds: string[] = [];
  readonly #best: Best[];
  readonly #watched = new Map<string, number[]>();
  readonly #scores: Map<string, number>[];
  #compared = 0;

  constructor(options: ExactSearchOptions) {
    const { dimension, questions, k } = options;
    this.#options = options;
    this.#padded = Math.ceil(questions.length / atOnce) * atOnce;
    this.#questions = new Float32Array(this.#padded * dimension);
    this.#questionSquares = new Float64Array(this.#padded);
    for (const [at, values] of questions.entries()) {
      if (values.length !== dimension) throw new Error(`A question of ${values.length} numbers, not of ${dimension}`);
      this.#questions.set(values, at * dimension);
      this.#questionSquares[at] = squares(this.#questions, at * dimension, dimension);
    }
    this.#buffer = new Float32Array(recordsAtOnce * dimension);
    this.#best = questions.map(() => new Best(k));
    this.#scores = questions.map(() => new Map());
  }

  /** Records that were compared so far. */
  get compared(): number {
    return this.#compared + this.#bufferIds.length;
  }

  /** Notes these records' scores for the question as they come by, whether they are among the nearest or not. */
  watch(question: number, ids: Iterable<string>): void {
    for (const id of ids) {
      const known = this.#watched.get(id);
      if (known === undefined) this.#watched.set(id, [question]);
      else if (!known.includes(question)) known.push(question);
    }
  }

  /** The next record. Its vector is copied. */
  add(id: string, values: ArrayLike<number>): void {
    const { dimension } = this.#options;
    if (values.length !== dimension) return;
    const at = this.#bufferIds.length;
    this.#buffer.set(values, at * dimension);
    this.#bufferSquares[at] = squares(this.#buffer, at * dimension, dimension);
    this.#bufferIds.push(id);
    if (this.#bufferIds.length === recordsAtOnce) this.#flush();
  }

  /** The question's nearest so far, nearest first. */
  nearest(question: number): Ranked[] {
    this.#flush();
    return this.#best[question]?.ranked() ?? [];
  }

  /** The score of a watched record, or `undefined` when it didn't come by. */
  scoreOf(question: number, id: string): number | undefined {
    this.#flush();
    return this.#scores[question]?.get(id);
  }

  #flush(): void {
    const { dimension } = this.#options;
    const [questions, buffer] = [this.#questions, this.#buffer];
    const records = this.#bufferIds.length;
    for (let first = 0; first < this.#padded; first += atOnce) {
      const [q0, q1, q2, q3] = [0, 1, 2, 3].map((at) => (first + at) * dimension);
      if (q0 === undefined || q1 === undefined || q2 === undefined || q3 === undefined) continue;
      for (let record = 0; record < records; record++) {
        const start = record * dimension;
        let [s0, s1, s2, s3] = [0, 0, 0, 0];
        for (let at = 0; at < dimension; at++) {
          const value = buffer[start + at] ?? 0;
          s0 += value * (questions[q0 + at] ?? 0);
          s1 += value * (questions[q1 + at] ?? 0);
          s2 += value * (questions[q2 + at] ?? 0);
          s3 += value * (questions[q3 + at] ?? 0);
        }
        this.#note(first, record, s0);
        this.#note(first + 1, record, s1);
        this.#note(first + 2, record, s2);
        this.#note(first + 3, record, s3);
      }
    }
    this.#compared += records;
    this.#bufferIds.length = 0;
  }

  #note(question: number, record: number, product: number): void {
    const best = this.#best[question];
    if (best === undefined) return;
    const id = this.#bufferIds[record] ?? "";
    if (this.#options.without?.[question] === id) return;
    const score = scoreFrom(
      this.#options.metric,
      product,
      this.#questionSquares[question] ?? 0,
      this.#bufferSquares[record] ?? 0,
    );
    if (this.#watched.size > 0 && this.#watched.get(id)?.includes(question)) this.#scores[question]?.set(id, score);
    best.offer(id, score);
  }
}

function scoreFrom(metric: Metric, product: number, left: number, right: number): number {
  if (metric === "dotproduct") return product;
  if (metric === "euclidean") return -Math.sqrt(Math.max(0, left + right - 2 * product));
  return left === 0 || right === 0 ? 0 : product / Math.sqrt(left * right);
}

function squares(values: Float32Array, start: number, length: number): number {
  let sum = 0;
  for (let at = start; at < start + length; at++) sum += (values[at] ?? 0) * (values[at] ?? 0);
  return sum;
}

/** The nearest of one question, kept in order. Of equal scores the one that came first stays. */
class Best {
  readonly #k: number;
  readonly #scores: Float64Array;
  readonly #ids: string[];
  #size = 0;

  constructor(k: number) {
    this.#k = k;
    this.#scores = new Float64Array(k);
    this.#ids = new Array<string>(k).fill("");
  }

  offer(id: string, score: number): void {
    if (this.#size === this.#k && score <= (this.#scores[this.#k - 1] ?? 0)) return;
    let at = this.#size < this.#k ? this.#size++ : this.#k - 1;
    for (; at > 0 && (this.#scores[at - 1] ?? 0) < score; at--) {
      this.#scores[at] = this.#scores[at - 1] ?? 0;
      this.#ids[at] = this.#ids[at - 1] ?? "";
    }
    this.#scores[at] = score;
    this.#ids[at] = id;
  }

  ranked(): Ranked[] {
    return this.#ids.slice(0, this.#size).map((id, at) => ({ id, score: this.#scores[at] ?? 0 }));
  }
}

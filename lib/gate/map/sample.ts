import type { VectorRecord } from "@/lib/stores/contract";
import { Reservoir, seeded } from "../random";
import type { GateInput, NamespacePair, Question } from "../sides";
import { spread } from "../spread";

/** A record as each side has it; one of them at least. */
export type Sampled = { pair: NamespacePair; id: string; source: VectorRecord | null; target: VectorRecord | null };

/** Records on the map: those that questions are about, and others beside them. */
const most = { asked: 140, others: 60 };

export const keyOf = (pair: NamespacePair, id: string) => JSON.stringify([pair.source, id]);

/** Keeps some records of all that come by: first those that questions are about, then any, by the seed. */
export class MapSample {
  readonly #asked: Set<string>;
  readonly #kept: Sampled[] = [];
  readonly #others: Reservoir<Sampled>;
  seen = 0;

  constructor({ settings }: Pick<GateInput, "settings">, questions: readonly Question[]) {
    const about = questions.flatMap(({ pair, record, expected }) =>
      [...(record === null ? [] : [record]), ...expected].map((id) => keyOf(pair, id)),
    );
    this.#asked = new Set(spread([...new Set(about)], most.asked));
    this.#others = new Reservoir(most.others, seeded(settings.seed + 2));
  }

  offer(one: Sampled): void {
    this.seen++;
    if (this.#asked.has(keyOf(one.pair, one.id))) this.#kept.push(one);
    else this.#others.offer(one);
  }

  get records(): Sampled[] {
    return [...this.#kept, ...this.#others.kept];
  }
}

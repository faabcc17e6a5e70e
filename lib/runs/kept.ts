/** What was worked out and may be asked for again, the last of it, by names: so much as `most` weighs in all. */
export class Kept {
  readonly #entries = new Map<string, { value: Promise<unknown>; weight: number }>();

  constructor(private readonly most: number) {}

  /** The value under a name, or a new one. What could not be made isn't kept. */
  async get<T>(name: string, make: () => Promise<T>, { is, weigh }: Kind<T>): Promise<T> {
    const known = this.#entries.get(name);
    if (known) {
      this.#entries.delete(name);
      this.#entries.set(name, known);
      const value = await known.value;
      if (is(value)) return value;
    }
    const made = make();
    const entry = { value: made, weight: 0 };
    this.#entries.set(name, entry);
    try {
      const value = await made;
      entry.weight = weigh(value);
      this.#dropOldest();
      return value;
    } catch (error) {
      if (this.#entries.get(name) === entry) this.#entries.delete(name);
      throw error;
    }
  }

  #dropOldest(): void {
    let weight = 0;
    for (const entry of this.#entries.values()) weight += entry.weight;
    for (const [name, entry] of this.#entries) {
      if (weight <= this.most) return;
      this.#entries.delete(name);
      weight -= entry.weight;
    }
  }
}

/** How to tell a value of this kind, and what it weighs. */
export type Kind<T> = { is(value: unknown): value is T; weigh(value: T): number };

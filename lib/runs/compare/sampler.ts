import { hash } from "node:crypto";

/**
 * A uniform sample of a stream of IDs in bounded memory: keeps those with the smallest seeded hashes. The same stream and seed give
 * the same sample, so a check can be repeated.
 */
export class Sampler {
  private kept: { rank: string; id: string }[] = [];

  constructor(
    private readonly size: number,
    private readonly seed: string,
  ) {}

  offer(id: string): void {
    if (this.size === 0) return;
    this.kept.push({ rank: hash("sha256", `${this.seed}\0${id}`, "hex").slice(0, 16), id });
    // Trimmed now and then: each ID is sorted a few times at most.
    if (this.kept.length >= this.size * 2 + 64) this.trim();
  }

  taken(): string[] {
    this.trim();
    return this.kept.map((entry) => entry.id);
  }

  private trim(): void {
    this.kept.sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0));
    this.kept.length = Math.min(this.kept.length, this.size);
  }
}

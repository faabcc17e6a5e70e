import { randomBytes } from "node:crypto";
import type { Clock } from "../clock";
import type { StoredDocument } from "./document";
import type { Library } from "./library";
import { noSuchIndex, Problem } from "./problems";
import type { Matches } from "./query";
import type { Resolved } from "./resolve";

export type PointIndex = Resolved & { documents: readonly StoredDocument[] };
type Point = {
  indexes: { name: string; uuid: string; documents: readonly StoredDocument[]; matches: Matches }[];
  until: number;
};

/** Points in time: the documents of some indexes as searches saw them when it was opened. In memory, as on the server: a restart ends them. */
export class Points {
  readonly #points = new Map<string, Point>();

  constructor(
    readonly library: Library,
    readonly clock: Clock,
  ) {}

  open(resolved: readonly Resolved[], keepAliveMs: number): string {
    this.#sweep();
    const id = randomBytes(24).toString("base64url");
    const indexes = resolved.map(({ definition, matches }) => ({
      name: definition.name,
      uuid: definition.uuid,
      documents: this.library.visible(definition),
      matches,
    }));
    this.#points.set(id, { indexes, until: this.clock.now() + keepAliveMs });
    return id;
  }

  /** What it fixed, kept for so much longer. Its indexes must still stand, and be open. */
  use(id: string, keepAliveMs: number | null): PointIndex[] {
    this.#sweep();
    const point = this.#points.get(id);
    if (point === undefined) throw gone();
    if (keepAliveMs !== null) point.until = Math.max(point.until, this.clock.now() + keepAliveMs);
    return point.indexes.map(({ name, uuid, documents, matches }) => {
      const definition = this.library.definitions().get(name);
      if (definition === undefined) throw noSuchIndex(name);
      if (definition.closed || definition.uuid !== uuid) throw gone();
      return { definition, documents, matches };
    });
  }

  /** Answers whether there was one. */
  close(id: string): boolean {
    this.#sweep();
    return this.#points.delete(id);
  }

  /** All end, as when a node is restarted. */
  clear(): void {
    this.#points.clear();
  }

  #sweep(): void {
    for (const [id, point] of this.#points) if (point.until <= this.clock.now()) this.#points.delete(id);
  }
}

const gone = () =>
  new Problem(404, "search_phase_execution_exception", "all shards failed", {
    rootType: "search_context_missing_exception",
  });

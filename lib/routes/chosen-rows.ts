import { OperatorError } from "@/lib/operator-error";
import type { RowChoice } from "@/lib/shapes/routes/fill";
import type { VectorSource, VectorTarget } from "@/lib/stores/contract";

/** The ends of routes for some of a table's rows, each made once: what others keep of a store they find again by it. */
export class ChosenRows {
  private readonly sources = new WeakMap<VectorSource, Map<string, VectorSource>>();
  private readonly targets = new WeakMap<VectorTarget, Map<string, VectorTarget>>();

  /** @throws OperatorError `fills-nothing` where these rows are no table's that is filled */
  source(store: VectorSource, { where }: RowChoice): VectorSource {
    if (where === undefined) return store;
    return once(this.sources, store, JSON.stringify(where), () => store.chosen?.({ where }) ?? fillsNothing());
  }

  /** @throws OperatorError `fills-nothing` */
  target(store: VectorTarget, choice: RowChoice): VectorTarget {
    if (store.can.fills === undefined) return fillsNothing();
    return once(this.targets, store, JSON.stringify(choice), () => store.toFill?.(choice) ?? fillsNothing());
  }
}

function once<Store extends object>(
  made: WeakMap<Store, Map<string, Store>>,
  store: Store,
  key: string,
  make: () => Store,
): Store {
  const ofStore = made.get(store) ?? new Map<string, Store>();
  made.set(store, ofStore);
  const known = ofStore.get(key) ?? make();
  ofStore.set(key, known);
  return known;
}

/** @throws OperatorError where rows are chosen of what is no table that is filled */
export function fillsNothing(): never {
  throw new OperatorError({
    kind: "usage",
    code: "fills-nothing",
    what: "Rows can be chosen of a table that is filled only: this route leads from one place to another.",
    notLost: "Nothing was started and nothing was spent.",
    next: "Leave the choice of rows out, or name a route whose both ends are one table and whose connection updates.",
  });
}

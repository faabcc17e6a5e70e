import type { NumpyArray, NumpyType } from "./numpy";

/**
 * What a pickle holds, as data. Lists and tuples are arrays, dicts are maps (keys needn't be texts, and `__proto__` is one like any other),
 * integers beyond 2^53 are bigint. One value may stand in several places, and in itself.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | Set<PickleValue>
  | NumpyArray
  | NumpyType
  | PickleName
  | PickleObject;

/** A class or function of the closed list, named and not yet called. What it answers is data, made by Portage. */
export class PickleName {
  readonly name: string;
  readonly call: (given: readonly PickleValue[]) => PickleValue;

  constructor(name: string, call: (given: readonly PickleValue[]) => PickleValue) {
    this.name = name;
    this.call = call;
  }
}

/** An object of a class that only holds data: its name, what it was made with, and its attributes. */
export class PickleObject {
  /** `module.Class` as the pickle names it. */
  readonly className: string;
  readonly given: readonly PickleValue[];
  state: PickleValue = null;

  constructor(className: string, given: readonly PickleValue[]) {
    this.className = className;
    this.given = given;
  }

  /** Attributes by name. Objects made by pydantic keep theirs one level down, in `__dict__`. */
  get attributes(): ReadonlyMap<PickleValue, PickleValue> {
    const state = Array.isArray(this.state) ? (this.state.find((part) => part instanceof Map) ?? null) : this.state;
    if (!(state instanceof Map)) return new Map();
    const inner = state.get("__dict__");
    return inner instanceof Map ? inner : state;
  }
}

import type { Cursor } from "../cursor";
import { FormatError } from "../format-error";
import { append, build, setItems } from "./change";
import { knownByName } from "./classes";
import { malformed } from "./malformed";
import { type Memo, numberIn } from "./memo";
import { nothing, readConstant } from "./read-constant";
import { PickleName, type PickleValue } from "./values";

/** Items of one of the dicts that are handed over: keys and values by turns. */
export type HandedOver = { dict: string; items: readonly PickleValue[] };

/** Goes through a pickle's operations, none of which can run anything. See `readPickle`. */
export class Machine {
  readonly #cursor: Cursor;
  readonly #memo: Memo;
  readonly #dicts: ReadonlySet<string>;
  #handedOver: HandedOver | null = null;
  /** Where the text stands that was put down last, if nothing was done since. */
  #textAt: number | null = null;
  #stack: PickleValue[] = [];
  /** Stacks put aside at each mark. */
  readonly #marks: PickleValue[][] = [];

  /** @param dicts keys under which a dict's items are handed over, not kept */
  constructor(cursor: Cursor, memo: Memo, dicts: ReadonlySet<string> = new Set()) {
    this.#cursor = cursor;
    this.#memo = memo;
    this.#dicts = dicts;
  }

  run(): PickleValue {
    while (this.#step());
    return this.#pop();
  }

  *handingOver(): Generator<HandedOver, PickleValue, void> {
    while (this.#step()) {
      if (this.#handedOver === null) continue;
      yield this.#handedOver;
      this.#handedOver = null;
    }
    return this.#pop();
  }

  /** Whether there is another. */
  #step(): boolean {
    const at = this.#cursor.position;
    const operation = this.#cursor.uint8();
    if (operation === 0x2e) return false;
    const constant = readConstant(this.#cursor, operation);
    if (constant === nothing) return true;
    if (constant !== undefined) this.#stack.push(constant);
    else if (!this.#container(operation) && !this.#object(operation))
      throw at === 0
        ? new FormatError("foreign", "The file is no pickle.")
        : malformed(`byte ${at.toLocaleString("en-US")} is no operation that is known`);
    this.#textAt = typeof constant === "string" ? at : null;
    return true;
  }

  #pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined) throw malformed("a value is used that isn't there");
    return value;
  }

  #top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined) throw malformed("a value is used that isn't there");
    return value;
  }

  /** What was put down since the last mark. */
  #sinceMark(): PickleValue[] {
    const before = this.#marks.pop();
    if (before === undefined) throw malformed("a mark is used that isn't there");
    const since = this.#stack;
    this.#stack = before;
    return since;
  }

  /** Lists, tuples, dicts, sets, the mark and the memo. */
  #container(operation: number): boolean {
    const cursor = this.#cursor;
    const push = (value: PickleValue) => {
      this.#stack.push(value);
      return true;
    };
    switch (operation) {
      case 0x28:
        this.#marks.push(this.#stack);
        this.#stack = [];
        return true;
      case 0x30:
        if (this.#stack.length > 0) this.#stack.pop();
        else this.#sinceMark();
        return true;
      case 0x31:
        this.#sinceMark();
        return true;
      case 0x32:
        return push(this.#top());
      case 0x5d:
      case 0x29:
        return push([]);
      case 0x6c:
      case 0x74:
        return push(this.#sinceMark());
      case 0x85:
        return push([this.#pop()]);
      case 0x86: {
        const second = this.#pop();
        return push([this.#pop(), second]);
      }
      case 0x87: {
        const third = this.#pop();
        const second = this.#pop();
        return push([this.#pop(), second, third]);
      }
      case 0x7d:
        return push(new Map());
      case 0x64:
        return push(setItems(new Map(), this.#sinceMark()));
      case 0x8f:
        return push(new Set());
      case 0x91:
        return push(new Set(this.#sinceMark()));
      case 0x61:
      case 0x65: {
        const items = operation === 0x61 ? [this.#pop()] : this.#sinceMark();
        append(this.#top(), items);
        return true;
      }
      case 0x73: {
        const value = this.#pop();
        const key = this.#pop();
        return this.#setItems([key, value]);
      }
      case 0x75:
        return this.#setItems(this.#sinceMark());
      case 0x90: {
        const items = this.#sinceMark();
        const set = this.#top();
        if (!(set instanceof Set)) throw malformed("something is added to what is no set");
        for (const item of items) set.add(item);
        return true;
      }
      case 0x70:
        return this.#remember(numberIn(cursor.line()));
      case 0x71:
        return this.#remember(cursor.uint8());
      case 0x72:
        return this.#remember(cursor.uint32());
      case 0x94:
        return this.#remember(this.#memo.size);
      case 0x67:
        return push(this.#recall(numberIn(cursor.line())));
      case 0x68:
        return push(this.#recall(cursor.uint8()));
      case 0x6a:
        return push(this.#recall(cursor.uint32()));
    }
    return false;
  }

  #setItems(items: readonly PickleValue[]): true {
    const [key, dict] = [this.#stack.at(-2), this.#top()];
    const isPassedOn = typeof key === "string" && dict instanceof Map && items.length % 2 === 0 && this.#dicts.has(key);
    if (isPassedOn) this.#handedOver = { dict: key, items };
    else setItems(dict, items);
    return true;
  }

  #remember(place: number): true {
    this.#memo.remember(place, this.#top(), this.#textAt);
    return true;
  }

  #recall(place: number): PickleValue {
    const value = this.#memo.recall(place);
    if (value === undefined) throw malformed(`it refers to value ${place}, which isn't there`);
    return value;
  }

  /** Classes and what is made of them. */
  #object(operation: number): boolean {
    const cursor = this.#cursor;
    const make = (of: PickleValue, given: PickleValue) => {
      if (!(of instanceof PickleName) || !Array.isArray(given)) throw malformed("something is called that can't be");
      this.#stack.push(of.call(given));
      return true;
    };
    switch (operation) {
      case 0x63: {
        const module = cursor.line().toString("utf8");
        this.#stack.push(knownByName(module, cursor.line().toString("utf8")));
        return true;
      }
      case 0x93: {
        const name = this.#pop();
        const module = this.#pop();
        if (typeof name !== "string" || typeof module !== "string") throw malformed("a class has no name");
        this.#stack.push(knownByName(module, name));
        return true;
      }
      case 0x52:
      case 0x81: {
        const given = this.#pop();
        return make(this.#pop(), given);
      }
      case 0x92: {
        this.#pop();
        const given = this.#pop();
        return make(this.#pop(), given);
      }
      case 0x69: {
        const module = cursor.line().toString("utf8");
        const named = knownByName(module, cursor.line().toString("utf8"));
        return make(named, this.#sinceMark());
      }
      case 0x6f: {
        const [of = null, ...given] = this.#sinceMark();
        return make(of, given);
      }
      case 0x62: {
        const state = this.#pop();
        build(this.#top(), state);
        return true;
      }
      case 0x50:
      case 0x51:
        throw new FormatError("refused", "The pickle refers to objects outside of itself. Nothing of it was executed.");
      case 0x82:
      case 0x83:
      case 0x84:
        throw new FormatError(
          "refused",
          "The pickle names classes by numbers of a registry that only its program has.",
        );
      case 0x97:
      case 0x98:
        throw new FormatError("refused", "The pickle keeps its bytes in buffers outside of the file.");
    }
    return false;
  }
}

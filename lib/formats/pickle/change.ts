import { malformed } from "./malformed";
import { NumpyArray, NumpyType } from "./numpy";
import { PickleObject, type PickleValue } from "./values";

/** Adds to a list or set that stands already. */
export function append(list: PickleValue, items: readonly PickleValue[]): void {
  if (list instanceof Set) for (const item of items) list.add(item);
  else if (Array.isArray(list)) for (const item of items) list.push(item);
  else throw malformed("something is added to what is no list");
}

/** Sets keys of a dict that stands already: keys and values by turns. */
export function setItems(map: PickleValue, items: readonly PickleValue[]): PickleValue {
  const target = map instanceof PickleObject ? map.attributes : map;
  if (!(target instanceof Map) || items.length % 2 !== 0) throw malformed("a key is set in what is no dict");
  for (let index = 0; index < items.length; index += 2) target.set(items[index] ?? null, items[index + 1] ?? null);
  return map;
}

/** Gives an object its state: attributes, or the content of an array. */
export function build(object: PickleValue, state: PickleValue): void {
  if (object instanceof PickleObject) {
    object.state = state;
    return;
  }
  if (object instanceof NumpyType && Array.isArray(state)) {
    object.bigEndian = state[1] === ">";
    return;
  }
  if (object instanceof NumpyArray && Array.isArray(state)) {
    const [, shape, type, columnMajor, content] = state;
    const bytes = content instanceof Uint8Array || Array.isArray(content) ? content : null;
    if (Array.isArray(shape) && type instanceof NumpyType && bytes !== null) {
      object.fill(shape.map(Number), type, columnMajor === true, bytes);
      return;
    }
  }
  throw malformed("an object is given a state that doesn't fit it");
}

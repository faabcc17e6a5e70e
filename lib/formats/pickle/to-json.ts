import type { Json } from "../contract";
import { FormatError } from "../format-error";
import { NumpyArray } from "./numpy";
import { PickleObject, type PickleValue } from "./values";

/** Values of one record's metadata: more is a pickle that refers to itself over and over. */
const mostValues = 1_000_000;
const deepest = 200;

/**
 * Metadata as JSON: tuples and sets become lists, arrays of numpy lists, bytes base64, objects their attributes.
 * @throws FormatError `malformed` for what refers to itself, `too-large` beyond a million values
 */
export function toJson(value: PickleValue): Json {
  let left = mostValues;
  const convert = (one: PickleValue, depth: number): Json => {
    if (--left < 0)
      throw new FormatError("too-large", "The pickle holds metadata of more than a million values in one record.");
    if (depth > deepest)
      throw new FormatError("malformed", "The pickle holds metadata that is nested too deeply, or in itself.");
    if (one === null || typeof one !== "object") return one;
    if (one instanceof Uint8Array) return Buffer.from(one).toString("base64");
    if (Array.isArray(one)) return one.map((item) => convert(item, depth + 1));
    if (one instanceof Set) return [...one].map((item) => convert(item, depth + 1));
    if (one instanceof Map) return object(one, depth);
    if (one instanceof PickleObject) {
      if (one.className === "uuid.UUID") return uuid(one.attributes.get("int"));
      return object(one.attributes, depth);
    }
    if (one instanceof NumpyArray)
      return Array.from({ length: one.count }, (_, index) => convert(one.element(index), depth + 1));
    throw new FormatError("refused", "The pickle holds a type where data is expected.");
  };
  const object = (map: ReadonlyMap<PickleValue, PickleValue>, depth: number) =>
    new Map([...map].map(([key, item]): [string, Json] => [keyOf(key), convert(item, depth + 1)]));
  return convert(value, 0);
}

/** Keys as `json.dumps` writes them. */
function keyOf(key: PickleValue): string {
  if (key === null || typeof key !== "object") return String(key);
  throw new FormatError("malformed", "The pickle holds metadata with a key that is no text.");
}

function uuid(value: PickleValue | undefined): string {
  const digits = BigInt(typeof value === "bigint" || typeof value === "number" ? value : 0)
    .toString(16)
    .padStart(32, "0");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

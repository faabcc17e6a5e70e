import { FormatError } from "../format-error";
import type { PickleValue } from "./values";

/** Kind and bytes of an element: `f4` is a float of 4 bytes, `U12` a text of 12 UCS-4 characters, `O` any Python value. */
export class NumpyType {
  readonly kind: string;
  /** Bytes of an element. */
  readonly size: number;
  bigEndian: boolean;

  constructor(kind: string, size: number, bigEndian: boolean) {
    this.kind = kind;
    this.size = size;
    this.bigEndian = bigEndian;
  }
}

const numericTypes = new Set(["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"]);

/** The type behind a name such as `<f4`. @throws FormatError `refused` for one that holds no numbers, texts or Python values */
export function parseNumpyType(name: string): NumpyType {
  const match = /^([<>|=]?)([a-zA-Z])(\d*)$/.exec(name);
  const kind = match?.[2] ?? "";
  const size = Number(match?.[3] || (kind === "O" ? 8 : 0));
  const known = numericTypes.has(`${kind}${size}`) || ["U", "S", "O"].includes(kind);
  if (!match || !known)
    throw new FormatError(
      "refused",
      `The pickle holds an array of the type ${JSON.stringify(name)}, which isn't read.`,
    );
  return new NumpyType(kind, kind === "U" ? size * 4 : size, match[1] === ">");
}

/** An array of numpy. Its bytes are those of the file, not copied. */
export class NumpyArray {
  shape: readonly number[] = [0];
  type = new NumpyType("f", 4, false);
  /** Whether the first index runs fastest. */
  columnMajor = false;
  content: Uint8Array | readonly PickleValue[] = new Uint8Array(0);

  get count(): number {
    return this.shape.reduce((product, length) => product * length, 1);
  }

  /** @throws FormatError `malformed` when content and shape disagree */
  fill(shape: readonly number[], type: NumpyType, columnMajor: boolean, content: Uint8Array | readonly PickleValue[]) {
    this.shape = shape;
    this.type = type;
    this.columnMajor = columnMajor;
    this.content = content;
    const there = content instanceof Uint8Array ? content.length / Math.max(1, type.size) : content.length;
    if (!shape.every((length) => Number.isSafeInteger(length) && length >= 0) || there !== this.count)
      throw new FormatError(
        "malformed",
        `The pickle holds an array of shape (${shape.join(", ")}) with ${there} elements.`,
      );
  }

  /** Element `index` in the order of memory. */
  element(index: number): PickleValue {
    const { content, type } = this;
    if (!(content instanceof Uint8Array)) return content[index] ?? null;
    return readElement(new DataView(content.buffer, content.byteOffset, content.byteLength), index * type.size, type);
  }

  /**
   * The rows as floats: `number[shape[0]][shape[1]]`, or one row for an array of one dimension. Made row by row.
   * @throws FormatError `malformed` for other shapes and for arrays that hold no numbers
   */
  *rows(): Generator<Float32Array> {
    const [rows, columns] =
      this.shape.length === 1 ? [1, this.shape[0] ?? 0] : [this.shape[0] ?? 0, this.shape[1] ?? 0];
    if (this.shape.length > 2 || this.type.kind === "U" || this.type.kind === "S")
      throw new FormatError("malformed", `An array of shape (${this.shape.join(", ")}) doesn't hold vectors.`);
    for (let row = 0; row < rows; row++) {
      const values = new Float32Array(columns);
      for (let column = 0; column < columns; column++) {
        const value = this.element(this.columnMajor ? column * rows + row : row * columns + column);
        if (typeof value !== "number" && typeof value !== "bigint")
          throw new FormatError("malformed", "The pickle holds an array of vectors with elements that aren't numbers.");
        values[column] = Number(value);
      }
      yield values;
    }
  }
}

/** One number or text out of raw bytes. */
export function readElement(view: DataView, at: number, { kind, size, bigEndian }: NumpyType): PickleValue {
  const little = !bigEndian;
  switch (`${kind}${size}`) {
    case "f2":
      return halfFloat(view.getUint16(at, little));
    case "f4":
      return view.getFloat32(at, little);
    case "f8":
      return view.getFloat64(at, little);
    case "i1":
      return view.getInt8(at);
    case "i2":
      return view.getInt16(at, little);
    case "i4":
      return view.getInt32(at, little);
    case "i8":
      return narrow(view.getBigInt64(at, little));
    case "u1":
      return view.getUint8(at);
    case "u2":
      return view.getUint16(at, little);
    case "u4":
      return view.getUint32(at, little);
    case "u8":
      return narrow(view.getBigUint64(at, little));
    case "b1":
      return view.getUint8(at) !== 0;
  }
  if (kind === "U") {
    let text = "";
    for (let offset = 0; offset < size; offset += 4) {
      const point = view.getUint32(at + offset, little);
      if (point > 0x10ffff)
        throw new FormatError("malformed", "The pickle holds a text with a character beyond Unicode.");
      text += String.fromCodePoint(point);
    }
    return text.replace(/\0+$/, "");
  }
  return new Uint8Array(view.buffer, view.byteOffset + at, size);
}

/** The number itself where a double holds it, else a bigint. */
export function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** IEEE 754 binary16. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

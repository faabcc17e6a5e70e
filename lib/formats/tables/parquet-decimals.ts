import type { SchemaElement } from "hyparquet";
import type { Json } from "../contract";

/** Columns of decimals, with how many of their digits stand behind the point. */
export function decimalsAmong(columns: readonly SchemaElement[]): ReadonlyMap<string, number> {
  return new Map(columns.filter(isDecimal).map(({ name, scale }) => [name, scale ?? 0]));
}

/** The schema with topmost decimals as the whole numbers that the file holds: hyparquet would divide them, and round what has more than 15 digits. */
export function withoutDecimals(schema: readonly SchemaElement[], columns: readonly SchemaElement[]): SchemaElement[] {
  const decimals = new Set(columns.filter(isDecimal));
  return schema.map((element) => {
    if (!decimals.has(element)) return element;
    const { converted_type: _, logical_type: __, ...whole } = element;
    return whole;
  });
}

/** A decimal as a number where that says the same, else as a text of all its digits. */
export function decimalOf(value: unknown, scale: number): Json {
  const whole = wholeOf(value);
  if (whole === null) return null;
  const digits = String(whole < 0n ? -whole : whole).padStart(scale + 1, "0");
  const point = digits.length - scale;
  const text = `${whole < 0n ? "-" : ""}${digits.slice(0, point)}${scale > 0 ? `.${digits.slice(point)}` : ""}`;
  return digits.replace(/^0+|0+$/g, "").length > 15 ? text : Number(text);
}

/** Bytes are a whole number in two's complement, the highest first. */
function wholeOf(value: unknown): bigint | null {
  if (typeof value === "bigint") return value;
  if (typeof value === "number") return BigInt(value);
  if (!(value instanceof Uint8Array) || value.length === 0) return null;
  return BigInt.asIntN(value.length * 8, BigInt(`0x${Buffer.from(value).toString("hex")}`));
}

function isDecimal({ converted_type, logical_type, num_children }: SchemaElement): boolean {
  return num_children === undefined && (converted_type === "DECIMAL" || logical_type?.type === "DECIMAL");
}

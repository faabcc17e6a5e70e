import { limits } from "./limits";
import type { Metadata } from "./metadata";
import { Refusal } from "./problems";

export type Filter = (metadata: Metadata) => boolean;

type Scalar = string | number | boolean;

const isScalar = (value: unknown): value is Scalar => ["string", "number", "boolean"].includes(typeof value);

function scalar(value: unknown, operator: string): Scalar {
  if (isScalar(value)) return value;
  throw new Refusal("invalid", `the ${operator} operator must be followed by a string, boolean or a number`);
}

function scalars(value: unknown, operator: string): Scalar[] {
  if (!Array.isArray(value)) throw new Refusal("invalid", `the ${operator} operator must be followed by a list`);
  if (value.length > limits.filterValues) {
    throw new Refusal("invalid", `the ${operator} operator takes at most ${limits.filterValues} values`);
  }
  return value.map((item) => scalar(item, operator));
}

/** A list of strings matches when one of its members does. */
function holds(field: Metadata[string] | undefined, test: (value: Scalar) => boolean): boolean {
  if (field === undefined) return false;
  return Array.isArray(field) ? field.some(test) : test(field);
}

function numeric(value: unknown, operator: string): number {
  if (typeof value === "number") return value;
  throw new Refusal("invalid", `the ${operator} operator must be followed by a number`);
}

const comparisons: Record<string, (value: number, bound: number) => boolean> = {
  $gt: (value, bound) => value > bound,
  $gte: (value, bound) => value >= bound,
  $lt: (value, bound) => value < bound,
  $lte: (value, bound) => value <= bound,
};

function readOperator(key: string, operator: string, operand: unknown): Filter {
  const compare = comparisons[operator];
  if (compare) {
    const bound = numeric(operand, operator);
    return (metadata) => holds(metadata[key], (value) => typeof value === "number" && compare(value, bound));
  }
  if (operator === "$eq" || operator === "$ne") {
    const wanted = scalar(operand, operator);
    const equal: Filter = (metadata) => holds(metadata[key], (value) => value === wanted);
    return operator === "$eq" ? equal : (metadata) => !equal(metadata);
  }
  if (operator === "$in" || operator === "$nin") {
    const wanted = new Set(scalars(operand, operator));
    const among: Filter = (metadata) => holds(metadata[key], (value) => wanted.has(value));
    return operator === "$in" ? among : (metadata) => !among(metadata);
  }
  if (operator === "$exists") return (metadata) => key in metadata === Boolean(operand);
  throw new Refusal("invalid", `${operator} is not a valid operator`);
}

function readField(key: string, condition: unknown): Filter {
  if (isScalar(condition)) return readOperator(key, "$eq", condition);
  if (typeof condition !== "object" || condition === null || Array.isArray(condition)) {
    throw new Refusal("invalid", `illegal condition for field ${key}, got ${JSON.stringify(condition)}`);
  }
  const tests = Object.entries(condition).map(([operator, operand]) => readOperator(key, operator, operand));
  if (tests.length === 0) throw new Refusal("invalid", `illegal condition for field ${key}, got {}`);
  return (metadata) => tests.every((test) => test(metadata));
}

/** A metadata filter expression as a test. Throws a {@link Refusal} for one that is malformed or empty. */
export function readFilter(value: unknown): Filter {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Refusal("invalid", "filter must be an object");
  }
  const tests = Object.entries(value).map(([key, condition]): Filter => {
    if (key !== "$and" && key !== "$or") return readField(key, condition);
    if (!Array.isArray(condition) || condition.length === 0) {
      throw new Refusal("invalid", `the ${key} operator must be followed by a non-empty list`);
    }
    const parts = condition.map(readFilter);
    return key === "$and"
      ? (metadata) => parts.every((part) => part(metadata))
      : (metadata) => parts.some((part) => part(metadata));
  });
  if (tests.length === 0) throw new Refusal("invalid", "filter must not be empty");
  return (metadata) => tests.every((test) => test(metadata));
}

import type { Exchange } from "../http/exchange";
import { parseJson } from "../http/exchange";
import type { Worked } from "../http/stand-in";
import type { IndexRow } from "./indexes";
import { limits } from "./limits";
import { Refusal } from "./problems";
import type { RateLimits } from "./rate-limits";
import type { Shelf } from "./shelf";

/** Read and write units since the start, by index: what the service would bill. */
export type Units = Map<string, { read: number; write: number }>;

/** Everything a data plane route works with. */
export type Desk = { shelf: Shelf; rates: RateLimits; units: Units; index: IndexRow; exchange: Exchange };

export type DataRoute = (desk: Desk) => Worked | Promise<Worked>;

export function bill(desk: Desk, amounts: { read?: number; write?: number }): void {
  const sum = desk.units.get(desk.index.name) ?? { read: 0, write: 0 };
  sum.read += amounts.read ?? 0;
  sum.write += amounts.write ?? 0;
  desk.units.set(desk.index.name, sum);
}

/** The request's body as an object. Throws a {@link Refusal} when it is too large or isn't JSON. */
export function readBody(exchange: Exchange, largest: number = limits.messageBytes): Record<string, unknown> {
  const bytes = exchange.body.length;
  if (bytes > limits.messageBytes) {
    throw new Refusal(
      "too-long",
      `Error, message length too large: found ${bytes} bytes, the limit is: ${limits.messageBytes} bytes`,
    );
  }
  if (bytes > largest) {
    const megabytes = Math.ceil(bytes / 1024 / 1024);
    throw new Refusal(
      "invalid",
      `Request size ${megabytes}MB exceeds the maximum supported size of ${Math.round(largest / 1024 / 1024)}MB`,
    );
  }
  const value = parseJson(exchange.body);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Refusal("invalid", "Request body is not valid JSON");
  }
  return { ...value };
}

export function readText(body: Record<string, unknown>, key: string): string | undefined {
  const value = body[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw new Refusal("invalid", `${key} must be a string`);
  return value;
}

import { z } from "zod";
import { type Exchange, parseJson } from "@/sandbox/http/exchange";
import type { Worked } from "@/sandbox/http/stand-in";
import type { Definition } from "../definition";
import type { Library } from "../library";
import type { Points } from "../points";
import { Problem } from "../problems";

/** What a route works with. `target` is the expression that the path names, `name` what follows the verb. */
export type Desk = { library: Library; points: Points; exchange: Exchange; target: string; name: string };

export type Route = {
  name: string;
  methods: readonly string[];
  run(desk: Desk): Worked | Promise<Worked>;
};

/** The body as the schema says; throws what the server answers for another. */
export function readBody<T>(desk: Desk, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(parseJson(desk.exchange.body));
  if (parsed.success) return parsed.data;
  throw new Problem(400, "x_content_parse_exception", z.prettifyError(parsed.error));
}

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `5m`, `60000ms`, … in milliseconds. */
export function milliseconds(text: string): number {
  const [, amount, unit] = /^(\d+)(ms|[smhd])$/.exec(text) ?? [];
  const factor = units[unit ?? ""];
  if (amount !== undefined && factor !== undefined) return Number(amount) * factor;
  throw new Problem(400, "illegal_argument_exception", `failed to parse setting with value [${text}] as a time value`);
}

const shards = { total: 1, successful: 1, skipped: 0, failed: 0 };
export const shardsOf = (count: number) => ({ ...shards, total: count, successful: count });

/** Blocks as the server numbers them, with the status that each is answered with. */
const forbidden = {
  read_only: [5, "index read-only (api)", 403],
  read: [7, "index read (api)", 403],
  write: [8, "index write (api)", 403],
  metadata: [9, "index metadata (api)", 403],
  read_only_allow_delete: [
    12,
    "disk usage exceeded flood-stage watermark, index has read-only-allow-delete block",
    429,
  ],
} as const;

/** Throws when one of the blocks stands. */
export function refuseBlocked({ name, blocks }: Definition, among: readonly (keyof typeof forbidden)[]): void {
  for (const block of among) {
    if (!blocks[block]) continue;
    const [number, words, status] = forbidden[block];
    const kind = status === 429 ? "TOO_MANY_REQUESTS" : "FORBIDDEN";
    throw new Problem(status, "cluster_block_exception", `index [${name}] blocked by: [${kind}/${number}/${words}];`, {
      index: name,
    });
  }
}

import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "../clock";
import type { Counters } from "./counters";
import { type Answer, type Exchange, wholeBody } from "./exchange";
import type { Fault, Faults } from "./faults";
import { spoil } from "./spoil";

/** A request recognised: which route of which scope it is for, and the work itself. */
export type Call = { scope: string; route: string; run(): Promise<Worked> | Worked };

/** An answer and how many records (or texts) it is about, for the counters. */
export type Worked = Answer & { records?: number };

/** What a service brings: its routes and how it words what goes wrong. */
export type Service = {
  /** `null`: no such route. */
  recognise(exchange: Exchange): Call | null;
  /** Refusal of a wrong key, or `null`. */
  refuseKey(exchange: Exchange): Answer | null;
  unknownRoute(exchange: Exchange): Answer;
  throttled(call: Call, retryAfterSeconds: number | null): Answer;
  exhausted(call: Call): Answer;
  broken(call: Call, status: number): Answer;
};

export type Latency = { ms: number; jitterMs: number };

export type Surroundings = { clock: Clock; counters: Counters; faults: Faults; latency: Latency };

const before = new Set<Fault["kind"]>(["throttled", "exhausted", "error", "reset-before"]);
const nothing = Buffer.alloc(0);

function failBefore(service: Service, call: Call, fault: Fault): Answer {
  if (fault.kind === "throttled") return service.throttled(call, fault.retryAfterSeconds);
  if (fault.kind === "exhausted") return service.exhausted(call);
  if (fault.kind === "error") return service.broken(call, fault.status);
  return { status: 500, body: nothing, cut: "silent" };
}

async function work(service: Service, around: Surroundings, exchange: Exchange, call: Call): Promise<Worked> {
  const down = around.faults.down();
  if (down !== null) {
    around.counters.add(call.scope, call.route, { faulted: 1 });
    return down.status === null ? { status: 503, body: nothing, cut: "silent" } : service.broken(call, down.status);
  }
  const refusal = service.refuseKey(exchange);
  if (refusal !== null) return refusal;
  const fault = around.faults.pick(call.scope, call.route);
  if (fault === null) return call.run();
  around.counters.add(call.scope, call.route, { faulted: 1 });
  if (before.has(fault.kind)) return failBefore(service, call, fault);
  if (fault.kind === "slow") {
    await wait(fault.delayMs, undefined, { signal: exchange.signal });
    return call.run();
  }
  const worked = await call.run();
  return worked.status === 200 ? { ...spoil(fault, worked), records: worked.records ?? 0 } : worked;
}

function count(around: Surroundings, call: Call, worked: Worked): void {
  const { status } = worked;
  around.counters.add(call.scope, call.route, {
    answered: status < 300 ? 1 : 0,
    throttled: status === 429 ? 1 : 0,
    refused: status >= 300 && status !== 429 ? 1 : 0,
    records: worked.records ?? 0,
    bytesOut: Buffer.isBuffer(worked.body) ? worked.body.length : 0,
  });
}

/** Counts the bytes of a streamed body while they are sent. */
function* counted(around: Surroundings, call: Call, body: Iterable<Buffer>): Generator<Buffer> {
  for (const piece of body) {
    around.counters.add(call.scope, call.route, { bytesOut: piece.length });
    yield piece;
  }
}

/** Answers one request as the service would: latency, key, faults, quotas and the work, all of it counted. */
export async function attend(service: Service, around: Surroundings, exchange: Exchange): Promise<Answer> {
  const call = service.recognise(exchange);
  if (call === null) return service.refuseKey(exchange) ?? service.unknownRoute(exchange);
  around.counters.add(call.scope, call.route, { calls: 1, bytesIn: exchange.body.length });
  const { ms, jitterMs } = around.latency;
  if (ms + jitterMs > 0) await wait(ms + Math.random() * jitterMs, undefined, { signal: exchange.signal });
  const worked = await work(service, around, exchange, call);
  count(around, call, worked);
  if (Buffer.isBuffer(worked.body)) return worked;
  // A body that is cut must be whole first; others stream.
  return worked.cut ? { ...worked, body: wholeBody(worked) } : { ...worked, body: counted(around, call, worked.body) };
}

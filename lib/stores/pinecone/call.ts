import { AsyncLocalStorage } from "node:async_hooks";
import type { FetchAPI } from "@pinecone-database/pinecone";
import { ServiceFailure } from "@/lib/failures";
import { AnswerTooLarge, boundContainers, readBounded } from "@/lib/http/bounded-answer";
import { withDeadline } from "@/lib/http/deadline";
import { post } from "@/lib/http/post";
import type { Answered } from "../contract";
import { egressOf, egressOnTheWire } from "./egress";
import { errorWithin, failureOfNetwork, failureOfStatus, malformed, service } from "./failures";
import { type Skimmed, skim } from "./skim";

/** How one call of the SDK is to be underWay out. */
export type Call = {
  operation: string;
  signal?: AbortSignal | undefined;
  /** Told what the service bills of the answer as egress. */
  answered?: Answered | undefined;
  /** Empty the dense vectors before parsing. */
  skim?: boolean | Skimmed;
  /** Sent instead of the body that the SDK builds. */
  body?: Uint8Array<ArrayBuffer>;
};

/**
 * The service's whole answer, as it came over the wire. `written` numbers a namespace's writes, `indexed` says up to which of them reads see
 * (`x-pinecone-request-lsn`, `x-pinecone-max-indexed-lsn`: docs, "Check data freshness"); `null` where the header is absent.
 */
export type Answer = {
  json: unknown;
  written: string | null;
  indexed: string | null;
};

/** 100 records of 20,000 numbers and 40 kB of metadata each; the statistics of 100,000 namespaces. */
const mostBytesOfRecords = 64 * 1024 * 1024;
/** 100 IDs of 512 characters, each at most six bytes long; how many records were written. */
const mostBytes: Record<string, number> = { listIds: 2 * 1024 * 1024, upsert: 1024 * 1024 };
/** A namespace is one object; a record is a handful, with a list for each key that holds one. */
const mostContainers = 1_000_000;

function tooLarge(operation: string, error: AnswerTooLarge): ServiceFailure {
  return malformed(operation, `${service} gave ${error.message}, which ${operation} can't need`, error);
}

/** The call that the SDK is carrying out, with what came of it. */
export type CallUnderWay = Call & { answer?: Answer; failure?: ServiceFailure };
const underWay = new AsyncLocalStorage<CallUnderWay>();

/**
 * Carries out one SDK call, which is one request, and answers what came over the wire. Throws a `ServiceFailure` only.
 *
 * The SDK hides status codes, headers and bodies, can't be aborted, and maps answers in quadratic time (its `mapValues` copies an object per
 * key). So its `fetchApi` is ours: it keeps the answer here, and gives the SDK an empty object to map; what the SDK makes of that doesn't matter.
 */
export async function perform(call: Call, invoke: () => Promise<unknown>): Promise<Answer> {
  const current: CallUnderWay = { ...call };
  if (call.signal?.aborted) throw failureOfNetwork(call.operation, call.signal.reason, "cancelled");
  try {
    await underWay.run(current, invoke);
  } catch (error) {
    if (current.failure) throw current.failure;
    if (!current.answer) {
      const message = error instanceof Error ? error.message : `${service}'s client refused the call`;
      throw new ServiceFailure({ code: "invalid", service, operation: call.operation, message, cause: error });
    }
  }
  if (current.answer) return current.answer;
  throw malformed(call.operation, `${service}'s client made no request`);
}

/** The call in whose course the SDK makes a request. */
export function callNow(): CallUnderWay {
  const call = underWay.getStore();
  if (!call) throw new Error("Pinecone's client was used outside perform()");
  return call;
}

const addressOf = (input: Parameters<FetchAPI>[0]) =>
  typeof input === "string" ? input : input instanceof URL ? input.href : input.url;

/** Makes the request with an abort signal and a deadline; its failures keep status, body and headers. */
export async function request(
  call: Call,
  timeoutMs: number,
  redact: (text: string) => string,
  input: Parameters<FetchAPI>[0],
  init: Parameters<FetchAPI>[1],
): Promise<Answer> {
  const { operation } = call;
  const { status, headers, bytes } = await withDeadline(timeoutMs, call.signal, async ({ signal, ended }) => {
    const most = mostBytes[operation] ?? mostBytesOfRecords;
    try {
      if (call.body !== undefined) {
        const headers = new Headers(init?.headers);
        return await post(addressOf(input), { method: init?.method, headers, body: call.body, signal, most });
      }
      const response = await fetch(input, { ...init, signal, redirect: "manual" });
      return { status: response.status, headers: response.headers, bytes: await readBounded(response, most) };
    } catch (error) {
      if (error instanceof AnswerTooLarge) throw tooLarge(operation, error);
      throw failureOfNetwork(operation, error, ended());
    }
  });
  if (status < 200 || status > 299) {
    const body = redact(bytes.toString("utf8"));
    throw failureOfStatus({ operation, status, retryAfter: headers.get("retry-after"), body });
  }
  let billed = egressOnTheWire(headers, bytes.length);
  try {
    const read = call.skim ? skim(bytes, call.skim === true ? undefined : call.skim) : bytes;
    boundContainers(read, mostContainers);
    const json: unknown = JSON.parse(read.toString("utf8"));
    billed = egressOf(json) ?? billed;
    const said = errorWithin(json);
    if (said !== null) throw malformed(operation, `${service} answered ${status} with an error in it: ${redact(said)}`);
    return {
      json,
      written: headers.get("x-pinecone-request-lsn"),
      indexed: headers.get("x-pinecone-max-indexed-lsn"),
    };
  } catch (error) {
    if (error instanceof ServiceFailure) throw error;
    if (error instanceof AnswerTooLarge) throw tooLarge(operation, error);
    throw malformed(operation, `${service} answered ${status} with something that isn't JSON`, error);
  } finally {
    call.answered?.(billed);
  }
}

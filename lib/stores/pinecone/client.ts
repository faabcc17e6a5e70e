import { Errors, type FetchAPI, Pinecone } from "@pinecone-database/pinecone";
import { ServiceFailure } from "@/lib/failures";
import { callNow, request } from "./call";

/** Ends an SDK call without the SDK retrying or wrapping: it passes on its own errors as they are. */
class Halt extends Errors.BasePineconeError {}

/** What the SDK sees of a response: that it went well. The connector reads the wire's JSON itself. */
class Settled extends Response {
  override json(): Promise<unknown> {
    return Promise.resolve({});
  }
  override clone(): Response {
    return this;
  }
}

/** The `fetchApi` of every SDK client: aborts, a deadline, and failures that keep status, body and headers. */
function recordingFetch(timeoutMs: number, redact: (text: string) => string): FetchAPI {
  return async (input, init) => {
    const call = callNow();
    try {
      const answer = await request(call, timeoutMs, redact, input, init);
      call.answer = answer;
      return new Settled();
    } catch (error) {
      if (error instanceof ServiceFailure) call.failure = error;
      throw new Halt("The request failed", error instanceof Error ? error : undefined);
    }
  };
}

/** A client of the SDK. The SDK is most of this kind's code: the first call loads this file. */
export function openClient(key: string, controllerHost: string | null, timeoutMs: number): Pinecone {
  return new Pinecone({
    apiKey: key,
    maxRetries: 0,
    fetchApi: recordingFetch(timeoutMs, (text) => text.replaceAll(key, "[secret]")),
    ...(controllerHost !== null && { controllerHostUrl: controllerHost }),
  });
}

import { AsyncLocalStorage } from "node:async_hooks";
import { AnswerTooLarge, boundContainers, readBounded } from "@/lib/http/bounded-answer";

type Bound = { most: number; failure?: AnswerTooLarge };

const bounds = new AsyncLocalStorage<Bound>();
const installed = Symbol.for("portage.bounded-fetch");
type Marked = typeof globalThis.fetch & { [installed]?: true };
/** A vector is one list in one object. */
const mostContainers = 100_000;

/**
 * Runs a call of the SDK whose answer may hold so many bytes. The SDK takes no `fetch` but the process', so that one is wrapped, once: requests
 * outside of this function pass through it as they are.
 * @throws AnswerTooLarge, and whatever the call throws
 */
export async function withBoundedAnswer<T>(most: number, call: () => Promise<T>): Promise<T> {
  install();
  const bound: Bound = { most };
  try {
    return await bounds.run(bound, call);
  } catch (error) {
    // The SDK makes an error of its own of whatever its request throws.
    throw bound.failure ?? error;
  }
}

/** An answer that was read: parsed from its bytes, without going through a stream a second time. */
class ReadAnswer extends Response {
  constructor(
    private readonly came: Buffer,
    init: ResponseInit,
  ) {
    super(null, init);
  }
  override async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }
  override async text(): Promise<string> {
    return this.came.toString("utf8");
  }
}

function install(): void {
  const plain: Marked = globalThis.fetch;
  if (plain[installed]) return;
  const wrapped: Marked = async (input, init) => {
    const bound = bounds.getStore();
    const response = await plain(input, init);
    if (bound === undefined) return response;
    try {
      const body = await readBounded(response, bound.most);
      boundContainers(body, mostContainers);
      const { status, statusText } = response;
      const type = response.headers.get("content-type");
      const headers = new Headers();
      if (type !== null) headers.set("content-type", type);
      return new ReadAnswer(body, { status, statusText, headers });
    } catch (error) {
      if (error instanceof AnswerTooLarge) bound.failure = error;
      throw error;
    }
  };
  wrapped[installed] = true;
  globalThis.fetch = wrapped;
}

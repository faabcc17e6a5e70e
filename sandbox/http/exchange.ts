/** A request as a stand-in sees it: read wholly, its path decoded by nobody yet. */
export type Exchange = {
  method: string;
  /** Percent-encoded, without the query. */
  path: string;
  query: URLSearchParams;
  header(name: string): string | undefined;
  body: Buffer;
  /** Aborted when the server closes: waits end at once. */
  signal: AbortSignal;
};

/** What is sent back. An iterable body is streamed in pieces, so that a large answer is never held whole. */
export type Answer = {
  status: number;
  headers?: Record<string, string>;
  body: Buffer | Iterable<Buffer>;
  /** Cuts the connection: before a byte is sent, or in the middle of the body. */
  cut?: "silent" | "midway";
};

const jsonType = { "content-type": "application/json" };

export function json(status: number, value: unknown, headers?: Record<string, string>): Answer {
  return { status, headers: { ...jsonType, ...headers }, body: Buffer.from(JSON.stringify(value)) };
}

export function rawJson(body: Buffer | Iterable<Buffer>, headers?: Record<string, string>): Answer {
  return { status: 200, headers: { ...jsonType, ...headers }, body };
}

export function text(status: number, body: string): Answer {
  return { status, headers: { "content-type": "text/plain" }, body: Buffer.from(body) };
}

/** The whole body as one buffer. */
export function wholeBody(answer: Answer): Buffer {
  return Buffer.isBuffer(answer.body) ? answer.body : Buffer.concat([...answer.body]);
}

/** A body that is JSON, or `undefined` when it isn't. An empty body counts as `{}`. */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

/** A percent-encoded piece of a path, decoded; `null` when it is malformed. */
export function decodeSegment(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}

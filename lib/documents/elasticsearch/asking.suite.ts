import type { Access } from "@/scripts/elasticsearch/obtained";
import { authorization } from "@/scripts/elasticsearch/wait-for-health";

/** Bare requests to a server, for what tests make and look at behind the connector's back. */
export function asking(access: Access) {
  return async (method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(`${access.url}${path}`, {
      method,
      headers: { authorization: authorization(access), "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    // A request that is too long is refused without a word.
    const text = await response.text();
    const answer: unknown = text === "" ? null : JSON.parse(text);
    return { status: response.status, body: answer };
  };
}

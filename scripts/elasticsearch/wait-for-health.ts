import { setTimeout as wait } from "node:timers/promises";
import type { Access } from "./obtained";

const pollMs = 250;

export function authorization(access: Access): string {
  if ("apiKey" in access) return `ApiKey ${access.apiKey}`;
  return `Basic ${Buffer.from(`${access.username}:${access.password}`).toString("base64")}`;
}

/**
 * Resolves once the server says that it can work. In its first moments it refuses connections, then answers 503, or 401 before its own users are known.
 * @param ended answers why the server is gone, when it is
 * @throws Error with the last answer, when it isn't healthy in time
 */
export async function waitForHealth(access: Access, timeoutMs: number, ended: () => string | null): Promise<void> {
  const url = `${access.url}/_cluster/health?wait_for_status=yellow&wait_for_events=languid&timeout=5s`;
  const deadline = Date.now() + timeoutMs;
  let last = "no answer yet";
  while (Date.now() < deadline) {
    const reason = ended();
    if (reason !== null) throw new Error(`Elasticsearch ended by itself: ${reason}`);
    try {
      const response = await fetch(url, {
        headers: { authorization: authorization(access) },
        signal: AbortSignal.timeout(10_000),
      });
      if (response.ok) return;
      last = `it answered ${response.status}`;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    await wait(pollMs);
  }
  throw new Error(`Elasticsearch was not healthy within ${timeoutMs / 1000} s: ${last}`);
}

import { z } from "zod";
import type { Check } from "@/lib/shapes/overview";
import { timed } from "./check-timing";
import type { Context } from "./context";

const loopback = new Set(["127.0.0.1", "[::1]", "localhost"]);
const counted = z.object({ count: z.number() });

function authorization(ctx: Context): Record<string, string> {
  const { apiKey, username, password } = ctx.config.elasticsearch;
  if (apiKey) return { authorization: `ApiKey ${apiKey.reveal()}` };
  if (!username) return {};
  const pair = Buffer.from(`${username}:${password?.reveal() ?? ""}`).toString("base64");
  return { authorization: `Basic ${pair}` };
}

/** Whether Elasticsearch answers, takes the key and has the index; `off` when it isn't configured. One request. */
export async function checkElasticsearch(ctx: Context, signal: AbortSignal): Promise<Check[]> {
  const { endpoint, indices } = ctx.config.elasticsearch;
  const check = (state: Check["state"], words: string, next: string | null = null, latencyMs: number | null = null) => [
    { name: "documents", service: "Elasticsearch", state, latencyMs, words, next },
  ];
  if (endpoint === null) return check("off", "Not configured (ELASTICSEARCH_ENDPOINT is empty).");
  if (ctx.config.mode === "sandbox" && !loopback.has(new URL(endpoint).hostname)) {
    return check("off", "Not asked: in the sandbox no request leaves this machine.");
  }
  const path = indices.map(encodeURIComponent).join(",");
  const asked = await timed(async () => {
    const response = await fetch(`${endpoint.replace(/\/+$/, "")}/${path}/_count`, {
      headers: authorization(ctx),
      // A key is for this server alone.
      redirect: "manual",
      signal,
    });
    return { status: response.status, body: counted.safeParse(await response.json().catch(() => null)) };
  });
  const { latencyMs } = asked;
  if (!asked.ok) {
    ctx.log.warn({ error: asked.error }, "Elasticsearch could not be reached.");
    return check(
      "error",
      `Elasticsearch can't be reached at ${new URL(endpoint).origin}.`,
      "Check ELASTICSEARCH_ENDPOINT and the network.",
      latencyMs,
    );
  }
  const { status, body } = asked.value;
  if (status === 401 || status === 403) {
    return check(
      "error",
      `Elasticsearch refused the key (${status}).`,
      "Check ELASTICSEARCH_API_KEY, or user name and password.",
      latencyMs,
    );
  }
  if (status === 404) {
    return check(
      "error",
      `There is no index ${indices.join(", ")}.`,
      "Set ELASTICSEARCH_INDEX to an index, alias or data stream that exists.",
      latencyMs,
    );
  }
  if (status !== 200 || !body.success) {
    return check(
      "error",
      `Elasticsearch answered with ${status} and not with a count.`,
      "Check that ELASTICSEARCH_ENDPOINT is an Elasticsearch server.",
      latencyMs,
    );
  }
  return check("ok", `${indices.join(", ")}: ${body.data.count.toLocaleString("en-US")} documents.`, null, latencyMs);
}

import { afterEach } from "vitest";
import { isServiceFailure, type ServiceFailure } from "@/lib/failures";
import { type Reply, type ScriptedServer, type Seen, scriptServer } from "@/lib/http/scripted-server.suite";
import { Secret } from "@/lib/secret";
import { openPineconeTarget } from ".";

export const key = "pcsk_test_7Zk2";
export const place = { index: "idx", namespace: "n" };
export const record = (id: string) => ({ id, values: [0.5, -1], metadata: { text: id } });

let servers: ScriptedServer[] = [];
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  servers = [];
});

/** A server that is closed after the test. */
export async function script(answer: (request: Seen) => Reply | Promise<Reply>): Promise<ScriptedServer> {
  const server = await scriptServer(answer);
  servers.push(server);
  return server;
}

type Options = { timeoutMs?: number; host?: (url: string) => string; stats?: unknown };

/** A control plane that knows `idx`, and a data plane that answers by script. */
export async function open(answer: (request: Seen) => Reply | Promise<Reply>, options: Options = {}) {
  let url = "";
  const server = await script((request) => {
    if (request.url.pathname === "/indexes/idx") {
      const host = options.host?.(url) ?? url;
      const status = { ready: true, state: "Ready" };
      return { json: { name: "idx", dimension: 2, metric: "cosine", host, status, spec: { serverless: {} } } };
    }
    return answer(request);
  });
  url = server.url;
  const target = openPineconeTarget(
    { apiKey: new Secret(key), controllerHost: url, timeoutMs: options.timeoutMs ?? 5000 },
    { cloud: "aws", region: "eu-west-1" },
  );
  const data = () => server.seen.filter(({ url: { pathname } }) => !pathname.startsWith("/indexes"));
  return { target, server, data };
}

export async function failureOf(call: Promise<unknown>): Promise<ServiceFailure> {
  try {
    await call;
  } catch (error) {
    if (isServiceFailure(error)) return error;
    throw error;
  }
  throw new Error("The call didn't fail");
}

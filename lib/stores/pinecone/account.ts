import { createHash } from "node:crypto";
import type { Secret } from "@/lib/secret";
import type { IndexModel } from "./index-model";

const vendor = "api.pinecone.io";

/**
 * Which project an index belongs to, without a secret. Pinecone serves an index at `<name>-<project>.svc.<cell>.pinecone.io`, so its host
 * names the project: `project abc1234`, whichever of the project's keys asks. Elsewhere (a proxy, a stand-in) only the control plane's
 * address and a digest of the key tell two projects apart: `127.0.0.1:5081, key 3f9a01c2d4e5`; there a new key counts as another account.
 */
export function accountOf(
  { name, host }: Pick<IndexModel, "name" | "host">,
  { apiKey, controllerHost, sandbox }: { apiKey: Secret | null; controllerHost: string | null; sandbox?: boolean },
): string {
  if (sandbox === true) return "the sandbox";
  const served = host.replace(/^https?:\/\//i, "").toLowerCase();
  const [, project] =
    /^-([a-z0-9]+)\.svc\.[a-z0-9.-]+\.pinecone\.io$/.exec(
      served.startsWith(name.toLowerCase()) ? served.slice(name.length) : "",
    ) ?? [];
  if (project !== undefined) return `project ${project}`;
  const address = controllerHost === null ? vendor : controllerHost.replace(/^https?:\/\//i, "");
  const digest = createHash("sha256")
    .update(`pinecone account\0${apiKey?.reveal() ?? ""}`)
    .digest("hex");
  return `${address}, key ${digest.slice(0, 12)}`;
}

/** Where an index is served; of the sandbox's without the port, which is another after each start. */
export function servedAt(host: string, sandbox: boolean): string {
  return sandbox ? host.replace(/^(https?:\/\/[^/:]+):\d+/i, "$1") : host;
}

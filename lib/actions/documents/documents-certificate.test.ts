import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openDocuments } from "@/lib/documents/registry";
import { exitCodeOf, isOperatorError } from "@/lib/operator-error";
import { packageRoot } from "@/lib/package-root";
import { openTestContext } from "../verbs/testing";
import { showDocuments } from "./show-documents";

/** Made once for these tests alone: two authorities, and three certificates of the first. One of them ran out in 2021. */
const fileOf = (name: string) =>
  path.join(packageRoot, "lib", "documents", "elasticsearch", "test-certificates", `${name}.pem`);

let server: Server;
let close: () => Promise<void>;
const requests: string[] = [];
beforeEach(() => {
  requests.length = 0;
});
afterEach(async () => {
  await close();
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

/** What an operator reads when the server shows this certificate, and the exit code of a command that ends so. */
async function refusalOf(certificate: string, authority: string | null) {
  const pem = readFileSync(fileOf(certificate));
  server = createServer({ cert: pem, key: pem }, (request, response) => {
    requests.push(request.url ?? "");
    response.writeHead(401, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("There is no port");
  const { ctx, close: closeContext } = await openTestContext({
    environment: {
      ELASTICSEARCH_ENDPOINT: `https://127.0.0.1:${address.port}`,
      ELASTICSEARCH_API_KEY: "a-key",
      ...(authority === null ? {} : { ELASTICSEARCH_CA_FILE: fileOf(authority) }),
    },
  });
  const documents = openDocuments(ctx.config);
  close = async () => {
    await documents?.close();
    await closeContext();
  };
  try {
    await showDocuments({ ...ctx, documents }, {});
  } catch (error) {
    if (!isOperatorError(error)) throw error;
    const { code, kind, what, next } = error;
    return { code, exit: exitCodeOf[kind], what, next };
  }
  throw new Error("It was not refused");
}

const untrusted = { code: "untrusted-certificate", exit: 2 };

it.each([
  [
    "of an authority that nobody named",
    "server",
    null,
    "Elasticsearch can't be trusted: its certificate isn't trusted: Portage test authority, which signed it, isn't an authority that this machine knows.",
    "Set ELASTICSEARCH_CA_FILE to that authority's certificate (a PEM file; Elasticsearch makes one as config/certs/http_ca.crt).",
  ],
  [
    "of another authority than was named",
    "server",
    "other-authority",
    "Elasticsearch can't be trusted: its certificate isn't trusted: Portage test authority, which signed it, isn't the authority that ELASTICSEARCH_CA_FILE names.",
    "Set ELASTICSEARCH_CA_FILE to the certificate of the authority that signed it (a PEM file; Elasticsearch makes one as config/certs/http_ca.crt).",
  ],
  [
    "for another host",
    "other-host",
    "authority",
    "Elasticsearch can't be trusted: its certificate was made for search.portage.test, and ELASTICSEARCH_ENDPOINT says 127.0.0.1.",
    "Set ELASTICSEARCH_ENDPOINT to a name that the certificate holds, or have one made for 127.0.0.1. ELASTICSEARCH_CA_FILE isn't the matter: its authority is known.",
  ],
  [
    "that has expired",
    "expired",
    "authority",
    "Elasticsearch can't be trusted: its certificate has expired (2021-01-01T00:00:00.000Z).",
    "Have the server's certificate renewed, and the file that ELASTICSEARCH_CA_FILE names where it is that certificate itself; if it isn't that old, check this machine's clock.",
  ],
])("says what is wrong with a certificate %s, and sends it no key", async (_, certificate, authority, what, next) => {
  expect(await refusalOf(certificate, authority)).toEqual({ ...untrusted, what, next });
  expect(requests).toEqual([]);
});

it("trusts a certificate of the authority that is named", async () => {
  expect(await refusalOf("server", "authority")).toMatchObject({ code: "wrong-key", exit: 2 });
  expect(requests).not.toEqual([]);
});

import { describe, it } from "vitest";
import { namedServer, serverVariables } from "@/scripts/elasticsearch/obtain-server";
import type { Access } from "@/scripts/elasticsearch/obtained";

const command = "npx tsx scripts/elasticsearch/with-server.ts -- npx vitest run FILE";

/** Says, instead of tests, why they can't be there. */
export function describeSkipped(name: string, reason: string): void {
  describe.skip(`${name} (skipped: ${reason})`, () => {
    it(`runs with ${command}`);
  });
}

/** Declares tests that need a real Elasticsearch, over the one that the environment names; without one they are skipped with the reason. */
export function onRealServer(name: string, declare: (name: string, access: Access) => void): void {
  const access = namedServer();
  if (access === null) describeSkipped(name, `${serverVariables.url} names no server`);
  else declare(name, access);
}

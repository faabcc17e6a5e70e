import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { openForTests, type TestSandbox } from "@/sandbox/open-for-tests";
import { Server } from "../process/server";

export const namespace = "customer-0";

/** A server of its own over services that fail when they are told to. */
export type BadDay = {
  services: TestSandbox;
  server: Server;
  /** The address of a page. */
  at(page: string): string;
  /** The power goes off, and comes back: the same address, the same data. */
  powerOff(): Promise<void>;
  powerOn(): Promise<void>;
  close(): Promise<void>;
};

/**
 * Starts services with `records` records in {@link namespace}, and a server that works with them as with the real ones. The source index
 * has 8 dimensions, the target `wide` 768.
 * @param environment goes over what is set here
 */
export async function openBadDay(records: number, environment: Record<string, string> = {}): Promise<BadDay> {
  const services = await openForTests();
  const { pinecone } = services.control;
  await pinecone.createIndex({ name: "wide", dimension: 768 });
  if (records > 0) await pinecone.fill({ index: "source", namespace, records });
  const dataDir = await mkdtemp(path.join(os.tmpdir(), "portage-bad-day-"));
  const settings = {
    ...services.environment,
    PORTAGE_MODE: "live",
    PORTAGE_DATA_DIR: dataDir,
    DATABASE_URL: "",
    PINECONE_OLD_INDEX: "source",
    PINECONE_NEW_INDEX: "wide",
    GEMINI_OUTPUT_DIMENSIONS: "768",
    // Nothing here is about quotas: by the usual ones 600 texts take twelve seconds.
    GEMINI_REQUESTS_PER_MINUTE: "1000000",
    GEMINI_TOKENS_PER_MINUTE: "1000000000",
    ...environment,
  };
  const day = { server: new Server(settings) };
  await day.server.start();
  const { url } = day.server;
  return {
    services,
    get server() {
      return day.server;
    },
    at: (page) => `${url}${page}`,
    powerOff: () => day.server.kill(),
    async powerOn() {
      day.server = new Server({ ...settings, PORT: new URL(url).port });
      await day.server.start();
    },
    async close() {
      await day.server.kill();
      await services.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseConfig } from "@/lib/config";
import { openTestDatabase } from "@/lib/db/testing";
import { openLog } from "@/lib/runtime/log";
import { openedSecrets } from "@/lib/secret";
import { checkSeals } from "./check-seals";
import {
  draftChange,
  draftConnection,
  keepChange,
  keepNew,
  listConnections,
  type RouteParts,
  readConnection,
  removeConnection,
} from "./connections";
import { openStoreSource } from "./open-connection";

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let dataDir = "";
const partsOf = (environment: Record<string, string> = {}): RouteParts => ({
  database,
  config: parseConfig(
    [
      {
        origin: "environment",
        values: { PINECONE_API_KEY: "pc-env-key-1234", PORTAGE_DATA_DIR: dataDir, ...environment },
      },
    ],
    "/",
  ),
});
const add = async (parts: RouteParts, name: string, settings: Record<string, string | number>, kind = "pinecone") =>
  keepNew(parts, await draftConnection(parts, { name, kind, settings }), "cli:test");
const change = async (parts: RouteParts, name: string, settings: Record<string, string | null>) =>
  keepChange(parts, await draftChange(parts, { name, settings }));

beforeEach(async () => {
  database = await openTestDatabase();
  dataDir = mkdtempSync(path.join(os.tmpdir(), "portage-connections-"));
});
afterEach(async () => {
  await database.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe("connections", () => {
  it("of the environment are there without being kept, and can't be changed", async () => {
    const parts = partsOf();
    const [source, target, embedder] = await listConnections(parts);
    expect([source?.name, target?.name, embedder?.name]).toEqual(["source", "target", "gemini"]);
    expect(source).toMatchObject({ fixed: true, writes: false, service: "Pinecone", problem: null });
    for (const one of [source, target, embedder]) expect(one?.usedBy).toContain("route default");
    expect(source?.settings[0]).toMatchObject({ value: "••••••••1234", origin: "PINECONE_API_KEY", secret: true });
    for (const name of ["source", "target", "gemini"]) {
      await expect(add(parts, name, { apiKey: "x" })).rejects.toMatchObject({ code: "connection-fixed" });
      await expect(change(parts, name, {})).rejects.toMatchObject({ code: "connection-fixed" });
      await expect(removeConnection(parts, name)).rejects.toMatchObject({ code: "connection-fixed" });
    }
    expect(await readConnection(parts, "source")).toMatchObject({
      kind: "pinecone",
      settings: { apiKey: "pc-env-key-1234" },
    });
  });

  it("keep a secret sealed, show its last four characters, and open it for their kind", async () => {
    const parts = partsOf();
    const kept = await add(parts, "prod", { apiKey: "pcsk_of_production_9876", region: "eu-west-1" });
    expect(kept).toMatchObject({ role: "store", reads: true, writes: true, revision: 1, fixed: false, usedBy: [] });
    expect(kept.settings[0]).toEqual({
      key: "apiKey",
      label: "API key",
      value: "••••••••9876",
      secret: true,
      origin: "sealed",
    });
    const rows = JSON.stringify(await database.prisma.connection.findMany());
    expect(rows).not.toContain("pcsk_of");
    expect(JSON.stringify(await listConnections(parts))).not.toContain("pcsk_of");
    expect(await readConnection(parts, "prod")).toEqual({
      name: "prod",
      role: "store",
      kind: "pinecone",
      settings: { apiKey: "pcsk_of_production_9876", cloud: "aws", region: "eu-west-1" },
      revision: 1,
    });
    expect((await openStoreSource(parts, "prod")).service).toBe("Pinecone");
  });

  it("blank an opened secret out of the log", async () => {
    const parts = partsOf();
    const log = openLog({ dataDir, secrets: [], show: "none" });
    await add(parts, "prod", { apiKey: 'pcsk_with"quotes' });
    log.warn({ url: 'https://host/?key=pcsk_with"quotes' }, 'and pcsk_with"quotes');
    expect(readFileSync(path.join(dataDir, "portage.log"), "utf8")).not.toContain("pcsk_with");
    openedSecrets().clear();
  });

  it("keep a secret that is left out of a change, and ask for it again at another address", async () => {
    const parts = partsOf();
    await add(parts, "prod", { apiKey: "pcsk_of_production_9876" });
    const changed = await change(parts, "prod", { region: "us-west-2", apiKey: "" });
    expect(changed.revision).toBe(2);
    expect((await readConnection(parts, "prod")).settings).toMatchObject({
      apiKey: "pcsk_of_production_9876",
      region: "us-west-2",
    });
    const elsewhere = { controllerHost: "https://elsewhere.example" };
    await expect(change(parts, "prod", elsewhere)).rejects.toMatchObject({
      code: "invalid-input",
      what: expect.stringContaining("settings.apiKey isn't valid: another address asks for API key again"),
    });
    await change(parts, "prod", { ...elsewhere, apiKey: "pcsk_given_again" });
    // Taking the address away is another address, too.
    await expect(change(parts, "prod", { controllerHost: null })).rejects.toMatchObject({ code: "invalid-input" });
    expect((await readConnection(parts, "prod")).settings).toMatchObject(elsewhere);
  });

  it("read env:NAME when they are opened, and never Portage's own secrets", async () => {
    const parts = partsOf({ TEAM_KEY: "pcsk_team_1", DATABASE_URL: "" });
    const kept = await add(parts, "team", { apiKey: "env:TEAM_KEY" });
    expect(kept.settings[0]).toMatchObject({ value: "env:TEAM_KEY", origin: "environment" });
    expect((await readConnection(partsOf({ TEAM_KEY: "pcsk_team_2" }), "team")).settings.apiKey).toBe("pcsk_team_2");
    await expect(readConnection(partsOf(), "team")).rejects.toMatchObject({
      what: expect.stringContaining("TEAM_KEY"),
    });
    for (const name of ["PORTAGE_SECRET_KEY", "DATABASE_URL", "NOT SET", "UNSET", ""])
      await expect(add(parts, "other", { apiKey: `env:${name}` })).rejects.toMatchObject({ code: "invalid-input" });
  });

  it.each([
    ["an unknown kind", "pinecone-2", {}, { code: "unknown-kind" }],
    [
      "an unknown setting",
      "pinecone",
      { apiKey: "x", colour: "red" },
      { what: expect.stringContaining("settings.colour") },
    ],
    ["a missing secret", "pinecone", {}, { what: "settings.apiKey isn't valid: API key is needed." }],
    [
      "a wrong address",
      "pinecone",
      { apiKey: "x", controllerHost: "ftp://x" },
      { what: expect.stringContaining("settings.controllerHost") },
    ],
    [
      "a word for a number",
      "gemini",
      { apiKey: "x", dimension: "many" },
      { what: expect.stringContaining("settings.dimension") },
    ],
  ])("are refused for %s", async (_, kind, settings, words) => {
    await expect(add(partsOf(), "one", settings, kind)).rejects.toMatchObject({ kind: "usage", ...words });
    expect((await listConnections(partsOf())).length).toBe(3);
  });

  it("refuse a name that is taken, and a change of what somebody else changed meanwhile", async () => {
    const parts = partsOf();
    await add(parts, "prod", { apiKey: "x" });
    await expect(add(parts, "prod", { apiKey: "y" })).rejects.toMatchObject({ code: "connection-exists" });
    const draft = await draftChange(parts, { name: "prod", settings: { region: "eu-west-1" } });
    await change(parts, "prod", { region: "us-west-2" });
    await expect(keepChange(parts, draft)).rejects.toMatchObject({ code: "connection-changed", kind: "refused" });
  });

  it("under another sealing key say so, lose nothing, and leave the others at work", async () => {
    const [one, other] = ["ab".repeat(32), "cd".repeat(32)];
    const before = partsOf({ PORTAGE_SECRET_KEY: one });
    await add(before, "sealed", { apiKey: "pcsk_sealed" });
    const wrong = partsOf({ PORTAGE_SECRET_KEY: other, TEAM_KEY: "pcsk_team" });
    await add(wrong, "named", { apiKey: "env:TEAM_KEY" });
    const listed = await listConnections(wrong);
    expect(listed.map(({ name, problem }) => [name, problem === null])).toEqual([
      ["source", true],
      ["target", true],
      ["gemini", true],
      ["named", true],
      ["sealed", false],
    ]);
    await expect(readConnection(wrong, "sealed")).rejects.toMatchObject({ code: "secret-not-opened" });
    expect((await readConnection(wrong, "named")).settings.apiKey).toBe("pcsk_team");
    const said: string[] = [];
    await checkSeals(wrong, (words) => said.push(words));
    expect(said).toEqual([expect.stringMatching(/connection sealed can't be opened.*another key.*kept as it is/)]);
    // By the key before it opens, and is sealed by the new one from then on.
    const rotating = partsOf({ PORTAGE_SECRET_KEY: other, PORTAGE_SECRET_KEY_OLD: one, TEAM_KEY: "pcsk_team" });
    await checkSeals(rotating, (words) => said.push(words));
    expect(said).toHaveLength(1);
    expect((await readConnection(rotating, "sealed")).settings.apiKey).toBe("pcsk_sealed");
    expect(await readConnection(wrong, "sealed")).toMatchObject({ revision: 1, settings: { apiKey: "pcsk_sealed" } });
  });

  it("are gone once removed", async () => {
    const parts = partsOf();
    await add(parts, "prod", { apiKey: "x" });
    expect(await removeConnection(parts, "prod")).toMatchObject({ name: "prod" });
    await expect(readConnection(parts, "prod")).rejects.toMatchObject({
      code: "connection-not-found",
      kind: "not-found",
    });
    await expect(removeConnection(parts, "prod")).rejects.toMatchObject({ code: "connection-not-found" });
  });

  it("of the sandbox don't leave the machine, and go to its stand-ins where no address is given", async () => {
    const sandbox = partsOf({ PORTAGE_MODE: "sandbox", PINECONE_CONTROLLER_HOST: "http://127.0.0.1:5081" });
    await add(sandbox, "here", { apiKey: "x" });
    expect((await readConnection(sandbox, "here")).settings.controllerHost).toBe("http://127.0.0.1:5081");
    const away = add(sandbox, "away", { apiKey: "x", controllerHost: "https://api.pinecone.io" });
    await expect(away).rejects.toMatchObject({ code: "sandbox-only" });
  });
});

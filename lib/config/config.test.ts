import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseEnv } from "node:util";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { isOperatorError } from "../operator-error";
import { packageRoot } from "../package-root";
import { parseConfig } from ".";
import type { Key } from "./keys/key";
import { keys } from "./keys/keys";
import { type Layer, readLayers } from "./layers";
import { refuseOpenServer } from "./login";

const read = (values: Record<string, string>, file: Record<string, string> = {}) => {
  const layers: Layer[] = [
    { origin: "environment", values },
    { origin: "file", values: file },
  ];
  return parseConfig(layers, "/somewhere");
};

function refusal(values: Record<string, string>): { code: string; what: string; next: string } {
  try {
    read(values);
  } catch (error) {
    if (isOperatorError(error)) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

test("`.env.example` holds every key with its default and its description, and nothing else", () => {
  const text = readFileSync(path.join(packageRoot, ".env.example"), "utf8");
  const all = Object.values<Key<unknown>>(keys);
  expect(Object.keys(parseEnv(text)).sort()).toEqual(all.map((key) => key.name).sort());
  for (const key of all) {
    const fallback = key.fallback === "" ? "" : ` Default: ${key.fallback}`;
    expect(text).toContain(`# ${key.description}\n# Expects ${key.expects}.${fallback}\n${key.name}=\n`);
  }
});

test("every setting is shown once, however often it is read", () => {
  const shown = read({}).settings.map(({ key }) => key);
  expect(shown).toEqual([...new Set(shown)]);
});

test("`.env.example` as it stands is the configuration of an empty environment", () => {
  const example = parseEnv(readFileSync(path.join(packageRoot, ".env.example"), "utf8"));
  const { settings: _, ...given } = read(
    Object.fromEntries(Object.entries(example).map(([name, value]) => [name, value ?? ""])),
  );
  const { settings: __, ...none } = read({});
  expect(JSON.stringify(given)).toBe(JSON.stringify(none));
});

test.each(["portage.service", "portage-worker@.service"])(
  "%s starts with its own data directory when its settings are a copy of `.env.example`",
  (unit) => {
    const text = readFileSync(path.join(packageRoot, "deploy", "systemd", unit), "utf8");
    const emptied = Object.values<Key<unknown>>(keys).filter(({ name }) =>
      new RegExp(`^Environment=.*\\b${name}=`, "m").test(text),
    );
    expect(emptied.map(({ name }) => name)).toEqual([]);
    expect(text).toMatch(/^ExecStart=\/usr\/bin\/env PORTAGE_DATA_DIR=\/var\/lib\/portage\S* node /m);
  },
);

test("without a Pinecone key it works in the sandbox, with one live, unless told", () => {
  expect(read({}).mode).toBe("sandbox");
  expect(read({ PINECONE_API_KEY: "pc-key" }).mode).toBe("live");
  expect(read({ PINECONE_API_KEY: "pc-key", PORTAGE_MODE: "sandbox" }).mode).toBe("sandbox");
});

test("the key for the model's name must be one that nothing else uses", () => {
  expect(read({}).policy.modelKey).toBeNull();
  expect(read({ PORTAGE_MODEL_KEY: "made_by" }).policy.modelKey).toBe("made_by");
  const others = { TEXT_KEY: "body", TARGET_OWNED_KEYS: "audit" };
  for (const taken of ["body", "audit", "clearance_level", "$key"])
    expect(refusal({ ...others, PORTAGE_MODEL_KEY: taken })).toMatchObject({
      code: "invalid-setting",
      what: expect.stringContaining(`PORTAGE_MODEL_KEY is ${JSON.stringify(taken)}`),
    });
});

test("the environment comes before the file, the file before the default, and each says so", () => {
  const config = read({ CLEARANCE_LEVEL: "2" }, { CLEARANCE_LEVEL: "3", TEXT_KEY: "body" });
  expect([config.policy.clearanceLevel, config.policy.textKey]).toEqual([2, "body"]);
  const origins = Object.fromEntries(config.settings.map((setting) => [setting.key, setting.origin]));
  expect(origins).toMatchObject({ CLEARANCE_LEVEL: "environment", TEXT_KEY: "file", PINECONE_CLOUD: "default" });
});

test("a tier sets the quotas, and a quota that is set itself wins", () => {
  expect(read({ GEMINI_TIER: "free" }).gemini.quota).toEqual({
    requestsPerMinute: 100,
    tokensPerMinute: 30_000,
    requestsPerDay: 1000,
  });
  expect(read({ GEMINI_TIER: "free", GEMINI_TOKENS_PER_MINUTE: "5" }).gemini.quota.tokensPerMinute).toBe(5);
});

test.each([
  ["PORT", "http"],
  ["PORT", "-1"],
  ["EMBEDDING_BATCH_SIZE", "0"],
  ["EMBEDDING_BATCH_SIZE", "-5"],
  ["EMBEDDING_BATCH_SIZE", "999999999999"],
  ["BATCH_DELAY", "soon"],
  ["CLEARANCE_LEVEL", "1.5"],
  ["PINECONE_CONTROLLER_HOST", "not an address"],
  ["DATABASE_URL", "mysql://localhost"],
  ["REDIS_URL", "redis://"],
  ["PORTAGE_MODE", "production"],
  ["HOST", "0.0.0.0"],
  ["GEMINI_TIER", "4"],
  ["GOOGLE_GEMINI_BASE_URL", "http://proxy.example/?key=1"],
  ["ELASTICSEARCH_INDEX", " , "],
])("%s=%s is refused by name, with what is expected", (key, value) => {
  const error = refusal({ [key]: value });
  expect(error).toMatchObject({ code: "invalid-setting", kind: "usage" });
  expect(error.what).toContain(key);
  expect(error.next).toContain(key);
});

test("a malformed secret is refused without being shown", () => {
  const error = refusal({ DATABASE_URL: "mysql://user:hunter2@host" });
  expect(JSON.stringify(error) + error.what + error.next).not.toContain("hunter2");
});

test("an address with a password in it is refused without being shown: settings are shown", () => {
  for (const key of ["PINECONE_CONTROLLER_HOST", "GOOGLE_GEMINI_BASE_URL", "ELASTICSEARCH_ENDPOINT"]) {
    const error = refusal({ [key]: "https://user:hunter2@service.example:9200" });
    expect(error).toMatchObject({ code: "invalid-setting" });
    expect(JSON.stringify(error) + error.what + error.next).not.toContain("hunter2");
  }
});

test("the same index in the same project can't be source and target; in another project it can", () => {
  expect(refusal({ PINECONE_OLD_INDEX: "one", PINECONE_NEW_INDEX: "one" })).toMatchObject({ code: "source-is-target" });
  const apart = {
    PINECONE_OLD_INDEX: "one",
    PINECONE_NEW_INDEX: "one",
    PINECONE_API_KEY: "a",
    PINECONE_TARGET_API_KEY: "b",
  };
  expect(read(apart).pinecone.target.index).toBe("one");
});

test("no text of any secret is in the configuration, however it is printed", () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9]{12,40}$/);
  fc.assert(
    fc.property(secret, (text) => {
      const config = read({
        PINECONE_API_KEY: text,
        GOOGLE_AI_API_KEY: text,
        DATABASE_URL: `postgres://u:${text}@h/d`,
      });
      const printed = JSON.stringify(config) + String(Object.values(config));
      expect(printed).not.toContain(text);
      expect(config.pinecone.source.apiKey?.reveal()).toBe(text);
      const shown = config.settings.find((setting) => setting.key === "PINECONE_API_KEY")?.value;
      expect(shown).toBe(`••••••••${text.slice(-4)}`);
    }),
  );
});

test("settings that can't be read, or a folder that is gone, are told in words", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "portage-settings-"));
  mkdirSync(path.join(folder, ".env"));
  expect(() => readLayers(folder)).toThrow(expect.objectContaining({ code: "unreadable-settings", kind: "usage" }));
  rmSync(folder, { recursive: true });
  const cwd = vi.spyOn(process, "cwd").mockImplementation(() => {
    throw new Error("ENOENT: uv_cwd");
  });
  expect(() => readLayers()).toThrow(expect.objectContaining({ code: "no-folder", kind: "usage" }));
  cwd.mockRestore();
});

test("nobody is let in from other machines unless everybody signs in", () => {
  const wide = { HOST: "0.0.0.0", PORTAGE_URL: "https://portage.example.org" };
  const oidc = { PORTAGE_LOGIN: "on", PORTAGE_OIDC_ISSUER: "https://id.example.org" };
  for (const [given, missing] of [
    [wide, "PORTAGE_LOGIN=on"],
    [{ HOST: "0.0.0.0", PORTAGE_LOGIN: "on" }, "PORTAGE_URL"],
    [{ PORTAGE_URL: wide.PORTAGE_URL }, "PORTAGE_LOGIN=on"],
    [{ PORTAGE_FOUR_EYES: "10" }, "PORTAGE_LOGIN=on"],
    [oidc, "PORTAGE_OIDC_CLIENT_ID"],
    [{ PORTAGE_TRUSTED_PROXIES: "10.0.0.0/99" }, "PORTAGE_TRUSTED_PROXIES"],
  ] as const)
    expect(refusal({ ...given })).toMatchObject({ code: "invalid-setting", next: expect.stringContaining(missing) });
  expect(read({ ...wide, PORTAGE_LOGIN: "on", PORTAGE_FOUR_EYES: "0" })).toMatchObject({
    publicUrl: wide.PORTAGE_URL,
    login: { oidc: null, fourEyes: 0, trustedProxies: [] },
  });
  expect(read({}).login).toBeNull();
  // A token is for commands that ask another server: whoever serves is asked again.
  const asking = read({ PORTAGE_URL: wide.PORTAGE_URL, PORTAGE_TOKEN: `portage_${"x".repeat(43)}` });
  expect(() => refuseOpenServer(asking)).toThrow(expect.objectContaining({ code: "invalid-setting", kind: "usage" }));
  for (const given of [{}, { PORTAGE_URL: "http://localhost:3000" }, { ...wide, PORTAGE_LOGIN: "on" }])
    expect(() => refuseOpenServer(parseConfig([{ origin: "environment", values: given }], "/somewhere"))).not.toThrow();
});

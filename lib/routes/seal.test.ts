import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Secret } from "@/lib/secret";
import { seal, unseal } from "./seal";
import type { SealingConfig } from "./sealing-keys";

let dataDir = "";
beforeEach(() => {
  dataDir = mkdtempSync(path.join(os.tmpdir(), "portage-seal-"));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const hex = (byte: string) => byte.repeat(32);
const config = (key: string | null, previous: string | null = null, server = false): SealingConfig => ({
  dataDir,
  databaseUrl: server ? new Secret("postgresql://server/portage") : null,
  sealing: { key: key === null ? null : new Secret(key), previous: previous === null ? null : new Secret(previous) },
});
const place = { connection: "prod", field: "apiKey" };

describe("a sealed secret", () => {
  it("opens again, whatever it holds, and looks different each time", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (text) => {
        const sealed = seal(config(hex("ab")), place, text);
        expect(unseal(config(hex("ab")), place, sealed)).toEqual({ text, stale: false });
        expect(seal(config(hex("ab")), place, text)).not.toBe(sealed);
      }),
      { numRuns: 50 },
    );
  });

  it("opens by the same key in base64", () => {
    const sealed = seal(config(hex("ab")), place, "pcsk_1");
    expect(unseal(config(Buffer.from(hex("ab"), "hex").toString("base64")), place, sealed).text).toBe("pcsk_1");
  });

  it.each([
    ["another connection", { ...place, connection: "other" }, (sealed: string) => sealed],
    ["another field", { ...place, field: "password" }, (sealed: string) => sealed],
    ["a changed byte", place, (sealed: string) => `${sealed.slice(0, -2)}${sealed.endsWith("AA") ? "BB" : "AA"}`],
    ["a part that is missing", place, (sealed: string) => sealed.split(".").slice(0, 3).join(".")],
    ["another form", place, (sealed: string) => sealed.replace("v1.", "v2.")],
  ])("doesn't open for %s", (_, where, change) => {
    const sealed = change(seal(config(hex("ab")), place, "pcsk_secret"));
    expect(() => unseal(config(hex("ab")), where, sealed)).toThrow(
      expect.objectContaining({ code: "secret-not-opened", kind: "usage" }),
    );
  });

  it("says in words when the key is another or gone, and still opens by the key before", () => {
    const sealed = seal(config(hex("ab")), place, "pcsk_secret");
    expect(() => unseal(config(hex("cd")), place, sealed)).toThrow(/sealed by another key.*kept as it is/s);
    expect(() => unseal(config(null), place, sealed)).toThrow(/no key to open it.*kept as it is/s);
    // Asking for a secret makes no key.
    expect(existsSync(path.join(dataDir, "secret.key"))).toBe(false);
    expect(unseal(config(hex("cd"), hex("ab")), place, sealed)).toEqual({ text: "pcsk_secret", stale: true });
  });
});

describe("the key", () => {
  it("is made once in the data folder, for its owner alone, and gives way to one that is set", () => {
    const sealed = seal(config(null), place, "pcsk_secret");
    const file = path.join(dataDir, "secret.key");
    const kept = readFileSync(file, "utf8");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    seal(config(null), place, "another");
    expect(readFileSync(file, "utf8")).toBe(kept);
    expect(unseal(config(hex("ef")), place, sealed)).toEqual({ text: "pcsk_secret", stale: true });
  });

  it("must be set where a database server is shared", () => {
    expect(() => seal(config(null, null, true), place, "pcsk_secret")).toThrow(
      expect.objectContaining({ code: "secret-key-missing", next: expect.stringContaining("env:NAME") }),
    );
    expect(existsSync(path.join(dataDir, "secret.key"))).toBe(false);
  });

  it.runIf(process.getuid?.() !== 0)("says what ails a file that can't be read", () => {
    seal(config(null), place, "pcsk_secret");
    chmodSync(path.join(dataDir, "secret.key"), 0);
    expect(() => seal(config(null), place, "x")).toThrow(expect.objectContaining({ code: "secret-key-unusable" }));
  });

  it("says what ails a file that holds something else", () => {
    writeFileSync(path.join(dataDir, "secret.key"), "not a key");
    expect(() => seal(config(null), place, "x")).toThrow(expect.objectContaining({ code: "secret-key-unusable" }));
  });
});

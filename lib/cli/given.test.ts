import path from "node:path";
import { describe, expect, it } from "vitest";
import type { KindView } from "@/lib/shapes/routes/kind";
import { routeDefinitionSchema } from "@/lib/shapes/routes/route";
import { givenRoute } from "./given-route";
import { givenSettings } from "./given-settings";

const field = (key: string, more: Partial<KindView["fields"][number]> = {}): KindView["fields"][number] => ({
  key,
  label: key,
  help: "",
  placeholder: null,
  secret: false,
  address: false,
  path: false,
  required: false,
  type: "text",
  choices: [],
  fallback: null,
  ...more,
});
const kind = {
  kind: "some",
  fields: [field("apiKey", { secret: true, required: true }), field("region"), field("folder", { path: true })],
};
const stdin = async () => "from-stdin\n";

describe("settings by flags", () => {
  it.each([
    [["--api-key", "env:KEY", "--region=eu-west-1"], { apiKey: "env:KEY", region: "eu-west-1" }],
    [["--api-key", "-"], { apiKey: "from-stdin" }],
    [["--set", "region=a=b", "--secret", "apiKey=env:KEY"], { apiKey: "env:KEY", region: "a=b" }],
    [["--region", "none"], { region: null }],
    [["--folder", "./here"], { folder: path.resolve("here") }],
    [[], {}],
  ])("%j", async (words, settings) => {
    expect(await givenSettings(kind, words, stdin)).toEqual(settings);
  });

  it.each([
    [["--colour", "red"], "has no setting --colour"],
    [["--api-key", "pcsk_plain"], "is a secret"],
    [["--secret", "apiKey=pcsk_plain"], "is a secret"],
    [["--api-key"], "has no value"],
    [["region"], "isn't a flag"],
    [["--set", "region"], "isn't KEY=VALUE"],
  ])("%j is refused, and no secret is repeated", async (words, what) => {
    const refused = givenSettings(kind, words, stdin);
    await expect(refused).rejects.toMatchObject({ kind: "usage", what: expect.stringContaining(what) });
    await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining("pcsk_plain") });
  });

  it("refuse an empty stdin", async () => {
    await expect(givenSettings(kind, ["--api-key", "-"], async () => "\n")).rejects.toMatchObject({ kind: "usage" });
  });
});

describe("a route by options", () => {
  const ends = { from: "chroma:notes", to: "target:askdona" };

  it("copies vectors unless an embedder is named, and keeps namespaces", () => {
    const copied = {
      vectors: { from: "source" },
      namespaces: { keep: true },
      source: { connection: "chroma", collection: "notes" },
    };
    expect(routeDefinitionSchema.parse(givenRoute(ends))).toMatchObject(copied);
    expect(givenRoute({ ...ends, embed: "none" })).toMatchObject(copied);
    expect(givenRoute({ ...ends, from: "folder" }).source).toEqual({ connection: "folder", collection: "" });
  });

  it("takes every rule", () => {
    const given = givenRoute({
      ...ends,
      embed: "gemini",
      template: "{title}\\n{text}",
      longText: "skip",
      updates: "always",
      namespaces: "a=b,__default__=c",
      nested: "flatten",
      ids: "{namespace}_{id}",
      rename: "a=b",
      drop: "c",
      set: "d=1,e=x=y",
      duplicates: "first-of-same-text",
      owned: "level, note",
      clearanceLevel: "2",
    });
    expect(routeDefinitionSchema.parse(given)).toMatchObject({
      vectors: {
        from: "text",
        embedder: "gemini",
        text: { template: "{title}\n{text}" },
        longText: "skip",
        updates: "always",
      },
      namespaces: { pairs: { a: "b", "": "c" } },
      nested: "flatten",
      ids: { template: "{namespace}_{id}" },
      fields: [{ rename: "a", to: "b" }, { drop: "c" }, { set: "d", value: 1 }, { set: "e", value: "x=y" }],
      duplicates: "first-of-same-text",
      owned: ["level", "note"],
      clearanceLevel: 2,
    });
    expect(givenRoute({ ...ends, embed: "gemini", text: "body,text" }).vectors).toMatchObject({
      text: { keys: ["body", "text"] },
    });
    expect(givenRoute({ ...ends, namespaces: "into:__default__" }).namespaces).toEqual({ into: "" });
  });

  it.each([
    [{ from: "" }, "--from"],
    [{ nested: "burn" }, "--nested"],
    [{ namespaces: "a" }, "--namespaces"],
    [{ ids: "other" }, "--ids"],
    [{ rename: "a" }, "--rename"],
    [{ clearanceLevel: "high" }, "--clearance-level"],
    [{ embed: "gemini", longText: "cut" }, "--long-text"],
  ])("%j is refused by its option", (wrong, option) => {
    expect(() => givenRoute({ ...ends, ...wrong })).toThrow(
      expect.objectContaining({ what: expect.stringContaining(option) }),
    );
  });
});

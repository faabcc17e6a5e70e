import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { offerContext } from "@/lib/actions/verbs/context";
import { openTestContext } from "@/lib/actions/verbs/testing";
import { FilesRefused, receiveFiles } from "@/lib/http/receive-files";
import { droppedFiles } from "@/lib/shapes/routes/dropped-files";
import { inspectionSchema } from "@/lib/shapes/routes/inspection";
import { dispatch } from "./dispatch";

const fixtures = path.join(import.meta.dirname, "../../lib/formats/fixtures");
let close: () => Promise<void>;
let scratch = "";
beforeAll(async () => {
  const opened = await openTestContext({ source: { a: 1 }, target: {} });
  close = opened.close;
  offerContext(opened.ctx);
  scratch = await mkdtemp(path.join(tmpdir(), "portage-received-"));
  // Where what is sent is kept meanwhile.
  vi.stubEnv("TMPDIR", scratch);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await close();
  await rm(scratch, { recursive: true, force: true });
});

const address = "http://127.0.0.1:3000/api/v1/inspect/files";
function formOf(files: Record<string, string | Uint8Array<ArrayBuffer>>): FormData {
  const form = new FormData();
  for (const [name, content] of Object.entries(files)) form.append("file", new Blob([content]), name);
  return form;
}
const send = (files: Parameters<typeof formOf>[0]) =>
  dispatch(new Request(address, { method: "POST", body: formOf(files) }));
const found = async (response: Response) => {
  expect(response.status, await response.clone().text()).toBe(200);
  return inspectionSchema.parse(await response.json());
};
const bytesOf = (name: string) => new Uint8Array(readFileSync(path.join(fixtures, name)));

describe("files that are sent to be looked at", () => {
  it("are told as those of a folder are, those that belong together and a whole folder, and removed again", async () => {
    const pair = {
      "index.faiss": bytesOf("files/langchain/index.faiss"),
      "index.pkl": bytesOf("files/langchain/index.pkl"),
    };
    const langchain = await found(await send(pair));
    expect(langchain.stores).toMatchObject([
      {
        kind: "langchain-faiss",
        path: "index.faiss",
        opens: null,
        collections: [{ records: 8, withText: 8, withVector: 8 }],
      },
    ]);
    const names = readdirSync(path.join(fixtures, "chroma-1.5/db"), { recursive: true, encoding: "utf8" });
    const files = names.filter((name) => /\.(sqlite3|bin|pickle)$/.test(name));
    const chroma = await found(
      await send(Object.fromEntries(files.map((name) => [`mine/${name}`, bytesOf(`chroma-1.5/db/${name}`)]))),
    );
    expect(chroma.stores).toMatchObject([{ kind: "chroma-folder", path: "mine" }]);
    expect(chroma.stores[0]?.collections.map(({ name, records }) => [name, records])).toEqual([
      ["contracts", 8],
      ["empty", 0],
      ["lists", 1],
      ["notes", 4],
    ]);
    expect(JSON.stringify(chroma)).not.toContain(scratch);
    expect(await readdir(scratch)).toEqual([]);
  });

  it("of other kinds, archives and pickles that would run code are refused in words, and don't keep the rest from being read", async () => {
    const { stores, unreadable } = await found(
      await send({
        "rows.jsonl": '{"id":"1","text":"one","embedding":[1,0]}\n',
        "run.sh": "echo ran > ran",
        "store.zip": "PK",
        "runs.pkl": bytesOf("files/pickles/runs-system.pkl"),
      }),
    );
    expect(stores.map(({ path: at }) => at)).toEqual(["rows.jsonl"]);
    expect(unreadable.map(({ path: at, words }) => [at, words])).toEqual([
      ["run.sh", "It wasn't read: it is of no kind that is read."],
      ["store.zip", "It wasn't read: an archive isn't opened; unpack it, and send the folder that it held."],
      ["runs.pkl", expect.stringContaining("posix")],
    ]);
    const none = await send({ "photo.png": "x" });
    expect([none.status, await none.json()]).toMatchObject([
      400,
      { code: "no-files-of-stores", what: "photo.png: it is of no kind that is read.", notLost: "Nothing was kept." },
    ]);
    expect(await readdir(scratch)).toEqual([]);
  });

  it("beyond the limit are refused by what they announce, before they are read", async () => {
    const request = new Request(address, { method: "POST", body: formOf({ "rows.jsonl": "{}" }) });
    request.headers.set("content-length", String(droppedFiles.bytes * 2));
    const response = await dispatch(request);
    expect([response.status, await response.json()]).toMatchObject([
      413,
      { code: "files-too-large", what: "The files have more than 256 MB together." },
    ]);
  });

  it("come from two at a time; a third is asked to wait", async () => {
    const answers = await Promise.all([1, 2, 3].map((at) => send({ "rows.jsonl": `{"id":"${at}","text":"t"}` })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 400]);
    const refused = answers.find(({ status }) => status === 400);
    expect(await refused?.json()).toMatchObject({ code: "busy", what: "Other files are being looked at." });
  });

  it("are taken as form data only", async () => {
    for (const [type, body] of [
      ["application/json", "{}"],
      ["multipart/form-data", "x"],
      ["multipart/form-data; boundary=a", "--a\r\ncontent-disposition: form-data; name=file; filename=a.pkl\r\n\r\nx"],
    ]) {
      const response = await dispatch(
        new Request(address, { method: "POST", body: body ?? "", headers: { "content-type": type ?? "" } }),
      );
      expect([type, response.status]).toEqual([type, 400]);
    }
    expect(await readdir(scratch)).toEqual([]);
  });
});

describe("receiving files", () => {
  const receive = async (files: Record<string, string>, bounds = { bytes: 1000, files: 3 }) => {
    const folder = await mkdtemp(path.join(scratch, "into-"));
    const { headers, body } = new Request(address, { method: "POST", body: formOf(files) });
    const form = { contentType: headers.get("content-type") ?? "", length: null, bytes: body };
    const ended = await receiveFiles(form, folder, bounds, () => null).catch((error: unknown) => error);
    return { folder, ended };
  };

  it("writes them for their owner alone, and nowhere else", async () => {
    const { folder, ended } = await receive(
      { "a/b.json": "1", "../c.json": "2", "/etc/d.json": "3", "e\\f.json": "4", "a/./g.json": "5" },
      { bytes: 1000, files: 9 },
    );
    expect(ended).toMatchObject({ files: 1 });
    const names = (await readdir(folder, { recursive: true })).sort();
    expect(names).toEqual(["a", "a/b.json"]);
    expect((await stat(path.join(folder, "a/b.json"))).mode & 0o777).toBe(0o600);
    expect((await stat(path.join(folder, "a"))).mode & 0o777).toBe(0o700);
  });

  it("stops at more than the bounds, whatever was announced", async () => {
    const why = (ended: unknown) => (ended instanceof FilesRefused ? ended.why : ended);
    expect(why((await receive({ "a.json": "x".repeat(1001) })).ended)).toBe("too-large");
    const many = { "a.json": "x".repeat(900), "b.json": "x".repeat(900) };
    expect(why((await receive(many)).ended)).toBe("too-large");
    expect(why((await receive({ a: "", b: "", c: "", d: "" })).ended)).toBe("too-many");
  });

  it("lets no file take another's place", async () => {
    const { headers, body } = new Request(address, { method: "POST", body: twice() });
    const folder = await mkdtemp(path.join(scratch, "twice-"));
    const form = { contentType: headers.get("content-type") ?? "", length: null, bytes: body };
    const { files, refused } = await receiveFiles(form, folder, { bytes: 100, files: 3 }, () => null);
    expect([files, refused]).toEqual([1, [{ path: "a.json", words: "it came twice" }]]);
    expect(readFileSync(path.join(folder, "a.json"), "utf8")).toBe("1");
    const words = "another has its name, or that of its folder";
    expect((await receive({ a: "1", "a/b": "2" })).ended).toMatchObject({ files: 1, refused: [{ words }] });
  });
});

function twice(): FormData {
  const form = new FormData();
  for (const content of ["1", "2"]) form.append("file", new Blob([content]), "a.json");
  return form;
}

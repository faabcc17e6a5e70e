import { describe, expect, it } from "vitest";
import type { Reply } from "@/lib/http/scripted-server.suite";
import { failureOf, openScripted, product, update } from "./scripted.suite";

describe("a bulk of updates", () => {
  const bulk = (items: object[]): Reply => ({
    headers: product,
    json: { errors: true, items: items.map((item) => ({ update: item })) },
  });
  const error = (type: string) => ({ error: { type, reason: `reason of ${type}` } });

  it("sends two lines a document, fenced, and asks for nothing it doesn't need", async () => {
    const { documents, server } = await openScripted(() =>
      bulk([
        { status: 200, result: "updated" },
        { status: 200, result: "noop" },
      ]),
    );
    const outcomes = await documents.bulkUpdate("access.level", [
      { ...update("a"), routing: "r" },
      { ...update("ü"), rewrite: true },
    ]);
    expect(outcomes).toEqual([{ state: "updated" }, { state: "noop" }]);
    const sent = server.seen.at(-1);
    expect(sent?.body).toBe(
      [
        '{"update":{"_index":"i","_id":"a","if_seq_no":1,"if_primary_term":1,"routing":"r"}}',
        '{"doc":{"access":{"level":1}}}',
        '{"update":{"_index":"i","_id":"ü","if_seq_no":1,"if_primary_term":1}}',
        '{"doc":{"access":{"level":1}},"detect_noop":false}',
        "",
      ].join("\n"),
    );
    expect(sent?.url.searchParams.get("filter_path")).toContain("items.*.status");
    const bytes = documents.sizeOf("access.level", { ...update("a"), routing: "r" });
    expect(bytes).toBe(Buffer.byteLength(sent?.body.split("\n").slice(0, 2).join("\n") ?? "") + 1);
  });

  it.each<[object, object]>([
    [{ status: 409, ...error("version_conflict_engine_exception") }, { state: "conflict" }],
    [{ status: 404, ...error("document_missing_exception") }, { state: "missing" }],
    [{ status: 429, ...error("es_rejected_execution_exception") }, { state: "throttled" }],
    [{ status: 429, ...error("circuit_breaking_exception") }, { state: "throttled" }],
    [{ status: 503, ...error("unavailable_shards_exception") }, { state: "unavailable" }],
    [
      { status: 429, ...error("cluster_block_exception") },
      { state: "refused", reason: "write-blocked", scope: "index" },
    ],
    [{ status: 503, ...error("cluster_block_exception") }, { state: "unavailable" }],
    [
      { status: 404, ...error("index_not_found_exception") },
      { state: "refused", reason: "rejected-by-target", scope: "index" },
    ],
    [
      { status: 403, ...error("security_exception") },
      { state: "refused", reason: "rejected-by-target", scope: "index" },
    ],
    [
      { status: 400, ...error("strict_dynamic_mapping_exception") },
      { state: "refused", reason: "mapping-refused", scope: "index" },
    ],
    [
      { status: 400, ...error("document_parsing_exception") },
      { state: "refused", reason: "mapping-refused", scope: "document" },
    ],
    [
      { status: 400, ...error("something_new_exception") },
      { state: "refused", reason: "rejected-by-target", scope: "document" },
    ],
  ])("takes %j apart", async (item, outcome) => {
    const { documents } = await openScripted(() => bulk([{ status: 200, result: "updated" }, item]));
    const outcomes = await documents.bulkUpdate("level", [update("a"), update("b")]);
    expect(outcomes).toMatchObject([{ state: "updated" }, outcome]);
  });

  it("trusts no answer that doesn't account for every document", async () => {
    const { documents } = await openScripted(() => bulk([{ status: 200, result: "updated" }]));
    expect((await failureOf(documents.bulkUpdate("level", [update("a"), update("b")]))).code).toBe("malformed");
    const { documents: vague } = await openScripted(() => bulk([{ status: 200 }]));
    expect((await failureOf(vague.bulkUpdate("level", [update("a")]))).code).toBe("malformed");
  });
});

import { describe, expect, it } from "vitest";
import { indexNames } from "@/lib/stores/pinecone/index-names";
import { pairCollections } from "./pair-collections";

const names = ["automation_agents_websites", "automation_agents_conversations", "automation_agents_knowledge"];
const pair = (from: readonly string[], table: Record<string, string> = {}, others = true) =>
  pairCollections(from, { table, others, rule: indexNames });

describe("several collections", () => {
  it("go under names that the target can take, or as the table says; some can be left out", () => {
    expect(pair(names).pairs.map(({ to }) => to)).toEqual(names.map((name) => name.replaceAll("_", "-")));
    expect(pair(["Ünder_Über  x", "__a__"]).pairs.map(({ to }) => to)).toEqual(["under-uber-x", "a"]);
    expect(pair(names, { automation_agents_websites: "web", automation_agents_knowledge: "" }).pairs).toEqual([
      { from: "automation_agents_websites", to: "web" },
      { from: "automation_agents_conversations", to: "automation-agents-conversations" },
    ]);
    expect(pair(names, { automation_agents_websites: "web" }, false).pairs).toHaveLength(1);
  });

  it("that would meet, are named too long or aren't there are told before anything is made", () => {
    expect(pair(["a_b", "a-b"]).problems).toEqual([
      { from: ["a_b", "a-b"], to: "a-b", words: expect.stringContaining("both go to a-b") },
    ]);
    expect(pair(["x".repeat(46)]).problems[0]?.words).toContain("at most 45 characters, this one 46");
    expect(pair(["a"], { a: "Big Name" }).problems[0]?.words).toContain("lower-case letters");
    expect(pair(["東京"]).problems[0]?.words).toContain('can\'t go to ""');
    expect(pair(["a"], { b: "c" }).problems[0]?.words).toContain("no collection b");
    expect(pairCollections(["a b"], { table: {}, others: true, rule: null })).toEqual({
      pairs: [{ from: "a b", to: "a b" }],
      problems: [],
    });
  });
});

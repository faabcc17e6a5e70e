import { describe, expect, it } from "vitest";
import { estimateLines, outcomeSentence, planSentence, spentSentence, tallyReasons, waitingSentence } from "./summary";
import { table } from "./table";
import { bytes, count, duration, money, name, nameIfAny } from "./words";

describe("words", () => {
  it("says money in two significant digits", () => {
    expect([0, 0.0000042, 0.0031, 0.188, 1.249, 12.6, 1249].map(money)).toEqual([
      "$0",
      "$0.0000042",
      "$0.0031",
      "$0.19",
      "$1.20",
      "$13",
      "$1,200",
    ]);
  });

  it("says time in the two largest units", () => {
    expect([0.2, 18, 60, 250, 7500, 270_000].map(duration)).toEqual([
      "0 s",
      "18 s",
      "1 min",
      "4 min 10 s",
      "2 h 5 min",
      "3 d 3 h",
    ]);
  });

  it("marks approximate counts and missing namespaces", () => {
    expect([count({ value: 1200, exact: true }), count({ value: 1200, exact: false }), count(null)]).toEqual([
      "1,200",
      "~1,200",
      "-",
    ]);
    expect([bytes(999), bytes(1500), bytes(25_000_000)]).toEqual(["999 bytes", "1.5 kB", "25 MB"]);
  });

  it("shows control characters in a name instead of obeying them", () => {
    expect(name("\u001b[31mred\u0007")).toBe("\\u001b[31mred\\u0007");
    expect(name("")).toBe("__default__");
    expect([nameIfAny(null), nameIfAny(""), nameIfAny("down\u0007")]).toEqual(["–", "–", "down\\u0007"]);
    expect(name("a/b c#%?&")).toBe("a/b c#%?&");
  });
});

describe("the summary of a run", () => {
  const outcome = { written: 4096, unchanged: 0, skipped: 12, failed: 0, drifted: 0 };

  it("accounts for every record, with reasons", () => {
    const reasons = {
      skipped: tallyReasons(Array.from({ length: 12 }, () => ({ reason: "no-text" as const }))),
      failed: [],
      drifted: [],
    };
    expect(outcomeSentence({ outcome, total: 4108 }, reasons)).toBe(
      "4,096 written, 12 skipped (no text), 0 failed: 4,108 of 4,108 accounted for.",
    );
  });

  it("counts several reasons, and says when only some findings were looked at", () => {
    const some = tallyReasons([{ reason: "empty-text" }, { reason: "no-text" }, { reason: "no-text" }]);
    const sentence = (skipped: number) =>
      outcomeSentence({ outcome: { ...outcome, skipped }, total: null }, { skipped: some, failed: [], drifted: [] });
    expect(sentence(3)).toContain("3 skipped (2 no text, 1 empty text)");
    expect(sentence(900)).toContain("900 skipped (mostly no text, empty text)");
    expect(sentence(3)).toContain("the listing isn't through yet");
  });

  it("says what was unchanged or drifted only when something was, and what was spent only when something was", () => {
    expect(outcomeSentence({ outcome: { ...outcome, unchanged: 5, drifted: 1 }, total: 4114 })).toContain(
      "5 unchanged",
    );
    expect(outcomeSentence({ outcome, total: 4108 })).not.toMatch(/unchanged|drifted/);
    const nothing = { texts: 0, tokens: 0, usd: 0 };
    const one = { texts: 1, tokens: 1300, usd: 0.000195 };
    expect(spentSentence({ embedded: nothing, unwritten: nothing })).toBeNull();
    expect(spentSentence({ embedded: one, unwritten: nothing })).toBe(
      "1 text embedded, about 1,300 tokens, about $0.00019.",
    );
    expect(spentSentence({ embedded: one, unwritten: one })).toBe(
      "1 text embedded, about 1,300 tokens, about $0.00019. Of these, 1 text (about $0.00019) was paid for and could not be written.",
    );
  });

  it("says what is waited for and how long", () => {
    const run = { waitingFor: "Gemini's tokens per minute", waitingUntil: "2026-01-01T00:00:18.000Z" };
    expect(waitingSentence(run, Date.parse("2026-01-01T00:00:00Z"))).toBe(
      "Waiting for Gemini's tokens per minute, 18 s.",
    );
    expect(waitingSentence({ waitingFor: null, waitingUntil: null })).toBeNull();
  });
});

describe("the sentence of a plan", () => {
  const counts = { total: 1264, create: 1204, update: 37, unchanged: 0, orphan: 18, problem: 5 };

  it("reads like terraform's", () => {
    expect(planSentence({ counts, namespaces: ["a", "b", "c"] })).toBe(
      "Portage will create 1,204 and update 37 records in 3 namespaces. 5 records cannot be migrated. 18 exist only in the target and will be kept. Nothing will be deleted.",
    );
  });

  it("says in words that nothing would change", () => {
    const none = { total: 7, create: 0, update: 0, unchanged: 7, orphan: 0, problem: 0 };
    expect(planSentence({ counts: none, namespaces: ["a"] })).toBe(
      "No changes: there is nothing to create in 1 namespace. 7 are in the target already and will be left as they are. Nothing will be deleted.",
    );
    expect(planSentence({ counts: { ...none, unchanged: 5, problem: 2 }, namespaces: ["a"] })).toMatch(
      /^No changes in 1 namespace that can be applied\. /,
    );
    expect(planSentence({ counts: { ...none, unchanged: 0, problem: 7 }, namespaces: ["a"] })).toMatch(
      /^Nothing can be migrated in 1 namespace\. /,
    );
  });

  it("comes with its cost, all parts of it", () => {
    const estimate = {
      texts: 1204,
      tokens: 361_200,
      usd: { embedding: 0.054, reads: 0.001, writes: 0.067, total: 0.122 },
      bytes: { read: 2_000_000, written: 40_000_000 },
      seconds: 25,
      requests: { embed: 13 },
      basis: "prices of the configuration",
    };
    const [amounts, basis] = estimateLines({ estimate });
    expect(amounts).toContain("about $0.12 (embedding $0.05, reads $0.001, writes $0.07)");
    expect(basis).toBe("Basis: prices of the configuration");
    expect(estimateLines({ estimate: { ...estimate, requests: {}, basis: "not estimated yet" } })).toEqual([
      "Estimate: not estimated yet.",
    ]);
  });
});

describe("a table", () => {
  it("aligns its columns, numbers to the right, without trailing blanks", () => {
    const columns = [
      { title: "NAME", cell: (row: [string, number]) => row[0] },
      { title: "COUNT", align: "right" as const, cell: (row: [string, number]) => String(row[1]) },
      { title: "", cell: () => "" },
    ];
    expect(
      table(
        columns,
        [
          ["long-name", 5],
          ["b", 1000],
        ],
        (text) => text,
      ),
    ).toBe("NAME       COUNT\nlong-name      5\nb           1000");
  });
});

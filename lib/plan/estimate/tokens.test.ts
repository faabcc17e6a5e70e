import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { estimateTokens, truncateToTokens } from "./tokens";

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.string({ maxLength: 200 }),
  fc.string({
    unit: fc.constantFrom("a", "B", "7", " ", "\n", "é", "日", "の", "ก", "😀", "-", "\ud83d"),
    maxLength: 200,
  }),
);

/** Least and most tokens that the text may be put at. */
const cases: [name: string, text: string, least: number, most: number][] = [
  // The vendor's own example: 10 tokens.
  ["English, the documented example", "The quick brown fox jumps over the lazy dog.", 10, 13],
  // 60 to 80 words are 100 tokens: 40 words are 50 to 67.
  [
    "English prose of 40 words",
    "When the committee met again in the autumn it found that most of the proposals had already been carried out by the members themselves, who saw little reason to wait for a formal decision on matters that everybody agreed about.",
    50,
    67,
  ],
  ["Japanese, one a character", "本製品の設定方法については、取扱説明書をご覧ください。", 27, 27],
  ["Japanese Katakana", "インターネットブラウザ", 11, 11],
  ["Chinese", "这个项目的文档已经更新，请重新下载。", 17, 19],
  ["Korean", "이 문서는 제품 설치 방법을 설명합니다.", 16, 20],
  ["Russian", "Быстрая коричневая лиса перепрыгивает через ленивую собаку", 17, 25],
  ["Greek", "Η γρήγορη καφέ αλεπού πηδάει πάνω από το σκυλί", 16, 25],
  ["Arabic", "الثعلب البني السريع يقفز فوق الكلب الكسول", 14, 20],
  ["Hebrew", "השועל החום המהיר קופץ מעל הכלב העצלן", 14, 20],
  ["Hindi", "तेज भूरी लोमड़ी आलसी कुत्ते के ऊपर कूदती है", 16, 24],
  ["Thai", "สุนัขจิ้งจอกสีน้ำตาลกระโดดข้ามสุนัขขี้เกียจ", 20, 32],
  ["German", "Die Donaudampfschifffahrtsgesellschaft veröffentlichte ihre Jahresabschlüsse.", 15, 28],
  ["digits, each its own", "20261120", 8, 8],
  ["emoji", "😀😀😀", 3, 9],
  ["code", "const total = items.reduce((sum, item) => sum + item.price, 0);", 18, 30],
  ["hexadecimal", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", 38, 64],
  ["base64", "TWFuIGlzIGRpc3Rpbmd1aXNoZWQsIG5vdCBvbmx5IGJ5IGhpcyByZWFzb24sIGJ1dA", 33, 60],
  ["a UUID", "7d444840-9dc0-11d1-b245-5ffdce74fad2", 20, 36],
  ["a rule of dashes", "-".repeat(80), 2, 40],
  ["nothing", "", 0, 0],
];

describe("estimateTokens", () => {
  for (const [name, text, least, most] of cases) {
    it(`puts ${name} between ${least} and ${most}`, () => {
      expect(estimateTokens(text)).toBeGreaterThanOrEqual(least);
      expect(estimateTokens(text)).toBeLessThanOrEqual(most);
    });
  }

  it("never says less for a longer text", () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        // Joined surrogates may become one character, which is another text.
        fc.pre((a + b).isWellFormed());
        expect(estimateTokens(a + b)).toBeGreaterThanOrEqual(estimateTokens(a));
      }),
    );
  });

  it("says for two texts together about what it says for each", () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        fc.pre((a + b).isWellFormed());
        const apart = estimateTokens(a) + estimateTokens(`\n${b}`);
        expect(estimateTokens(`${a}\n${b}`)).toBeLessThanOrEqual(apart);
        expect(estimateTokens(`${a}\n${b}`)).toBeGreaterThanOrEqual(apart - 2);
      }),
    );
  });

  it("goes through a million characters in a moment", () => {
    const text = "The cat sat, 猫が座った. ".repeat(50_000);
    const before = process.cpuUsage();
    estimateTokens(text);
    // Of computing, however busy the machine is.
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(500);
  });
});

describe("truncateToTokens", () => {
  it("gives the text itself when it is short enough", () => {
    expect(truncateToTokens("The lazy dog", 3)).toBe("The lazy dog");
  });

  it("ends between words where it can, and between characters where there are no words", () => {
    expect(truncateToTokens("alpha beta gamma delta epsilon zeta eta theta iota kappa", 8)).toMatch(/^alpha.* \w+$/);
    expect("alpha beta gamma delta epsilon zeta eta theta iota kappa".split(" ")).toContain(
      truncateToTokens("alpha beta gamma delta epsilon zeta eta theta iota kappa", 8).split(" ").at(-1),
    );
    expect(truncateToTokens("本製品の設定方法", 3)).toBe("本製品");
    expect(truncateToTokens("😀😀😀", 4)).toBe("😀😀");
  });

  it("keeps to the limit, keeps a beginning, splits no character and gives up no more than a tenth", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 0, max: 120 }), (text, limit) => {
        const cut = truncateToTokens(text, limit);
        expect(text.startsWith(cut)).toBe(true);
        expect(estimateTokens(cut)).toBeLessThanOrEqual(limit);
        if (text.isWellFormed()) expect(cut.isWellFormed()).toBe(true);
        if (cut !== text) {
          const most = Math.ceil(cut.length / 0.9) + 2;
          expect(estimateTokens(text.slice(0, most).toWellFormed())).toBeGreaterThanOrEqual(limit);
        }
      }),
      { numRuns: 500 },
    );
  });
});

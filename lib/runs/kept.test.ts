import { expect, test } from "vitest";
import { Kept, type Kind } from "./kept";

const texts: Kind<string> = { is: (value) => typeof value === "string", weigh: (value) => value.length };

/** Asks for names in turn and answers which of them had to be made. */
async function made(kept: Kept, names: readonly string[]): Promise<string[]> {
  const made: string[] = [];
  for (const name of names)
    await kept.get(
      name,
      async () => {
        made.push(name);
        return name;
      },
      texts,
    );
  return made;
}

test("what was asked for last is kept, as much as there is room for", async () => {
  const kept = new Kept(6);
  expect(await made(kept, ["aa", "bb", "cc", "aa", "cc"])).toEqual(["aa", "bb", "cc"]);
  expect(await made(kept, ["dd", "aa", "cc"])).toEqual(["dd"]);
  expect(await made(kept, ["bb"])).toEqual(["bb"]);
});

test("what is too heavy is answered, and not kept", async () => {
  const kept = new Kept(3);
  expect(await made(kept, ["heavy", "heavy"])).toEqual(["heavy", "heavy"]);
});

test("those who ask at once share what is made, and what failed is made again", async () => {
  const kept = new Kept(100);
  let calls = 0;
  const make = async () => {
    if (++calls === 1) throw new Error("gone");
    return "made";
  };
  const first = await Promise.allSettled([kept.get("a", make, texts), kept.get("a", make, texts)]);
  expect(first.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await kept.get("a", make, texts)).toBe("made");
  expect(calls).toBe(2);
});

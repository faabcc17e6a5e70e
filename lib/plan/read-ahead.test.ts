import { expect, test } from "vitest";
import { readAhead } from "./read-ahead";

async function* counted(to: number, log: string[]): AsyncGenerator<number> {
  try {
    for (let number = 1; number <= to; number++) {
      log.push(`made ${number}`);
      yield number;
    }
  } finally {
    log.push("closed");
  }
}

test("makes as many as allowed before they are taken, in order", async () => {
  const log: string[] = [];
  for await (const number of readAhead(counted(5, log), 2)) {
    await Promise.resolve();
    log.push(`took ${number}`);
  }
  expect(log.filter((line) => line.startsWith("took"))).toEqual([1, 2, 3, 4, 5].map((number) => `took ${number}`));
  for (const number of [3, 4, 5])
    expect(log.indexOf(`made ${number}`)).toBeGreaterThan(log.indexOf(`took ${number - 3}`));
  expect(log.indexOf("made 3")).toBeLessThan(log.indexOf("took 2"));
});

test("closes what it reads from when it is left early, and passes failures on in their turn", async () => {
  const log: string[] = [];
  for await (const number of readAhead(counted(9, log), 3)) if (number === 2) break;
  expect(log.at(-1)).toBe("closed");
  expect(log).not.toContain("made 9");
  async function* failing(): AsyncGenerator<number> {
    yield 1;
    throw new Error("gone");
  }
  const taken: number[] = [];
  const read = async () => {
    for await (const number of readAhead(failing(), 3)) taken.push(number);
  };
  await expect(read()).rejects.toThrow("gone");
  expect(taken).toEqual([1]);
});

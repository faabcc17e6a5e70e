import { expect, test } from "vitest";
import { confirmedCeilings } from "./confirmed-ceilings";

const most = (texts: number, total: number, reads: number) =>
  confirmedCeilings({ estimate: { texts, usd: { total, reads } } });

test("a copy may read as much again, for the read-back check that its estimate leaves out; what is embedded has a tenth", () => {
  expect(most(0, 0.014, 0.014)).toMatchObject({ maxUsd: 0.031, maxTexts: null });
  expect(most(100, 0.014, 0.004)).toMatchObject({ maxUsd: 0.016, maxTexts: 100 });
  expect(most(0, 0, 0)).toMatchObject({ maxUsd: null });
});

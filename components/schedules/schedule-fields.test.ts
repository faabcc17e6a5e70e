import { expect, it } from "vitest";
import { inputOf, namesOf, textsOf } from "./schedule-fields";

const schedule = {
  namespaces: ["", "a b"],
  cron: "30 4 * * 1",
  timezone: "Europe/Berlin",
  limits: { maxCreates: 0, maxUpdates: null, maxUsd: 2.5, maxEgress: 0.5, allowProblems: true },
  webhook: "http://127.0.0.1/…",
};

it("gives back what it was given, when nothing is changed", () => {
  expect(inputOf(textsOf(schedule))).toEqual({
    namespaces: ["__default__", "a b"],
    cron: "30 4 * * 1",
    timezone: "Europe/Berlin",
    maxCreates: 0,
    maxUpdates: undefined,
    maxUsd: 2.5,
    maxEgress: 0.5,
    allowProblems: true,
    webhook: "http://127.0.0.1/…",
  });
  expect(inputOf(textsOf({ ...schedule, namespaces: [] }))).toMatchObject({ all: true });
});

it("begins with every night, nothing applied by itself and no webhook", () => {
  expect(inputOf({ ...textsOf(null), names: "a" })).toEqual({
    namespaces: ["a"],
    cron: "0 3 * * *",
    timezone: "UTC",
    allowProblems: false,
  });
});

it("takes a name a line, each once", () => {
  expect(namesOf(" a \n\nb\r\na\n__default__")).toEqual(["a", "b", "__default__"]);
});

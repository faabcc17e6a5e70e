import { describe, expect, it } from "vitest";
import { z } from "zod";
import { parseInput } from "@/lib/actions/verbs/parse-input";
import { ProblemError } from "./problem";
import { refusedFields } from "./refused-fields";

const ofCode = { "invalid-cron": "cron" } as const;
const ofInput = { namespaces: "names", maxUsd: "money" } as const;
const refusal = (code: string, what: string) => new ProblemError({ code, what, notLost: "", next: "" }, 400);

describe("the field that a refusal is about", () => {
  it("is known by its code", () => {
    expect(refusedFields(refusal("invalid-cron", "There is no 13th month."), ofCode, ofInput)).toEqual({
      cron: "There is no 13th month.",
    });
  });

  it("is the one that the server's own parsing names", () => {
    const shape = z.object({
      maxUsd: z.number().max(5, "at most 5"),
      namespaces: z.array(z.string().max(3, "too long")),
    });
    const of = (input: object) => {
      try {
        parseInput(shape, input);
      } catch (error) {
        return refusedFields(error, ofCode, ofInput);
      }
      return null;
    };
    expect(of({ maxUsd: 6, namespaces: [] })).toEqual({ money: "at most 5." });
    expect(of({ maxUsd: 1, namespaces: ["a", "long"] })).toEqual({ names: "too long." });
  });

  it("is none where it is about something else", () => {
    expect(refusedFields(refusal("namespace-busy", "Another run works there."), ofCode, ofInput)).toEqual({});
    expect(refusedFields(null, ofCode, ofInput)).toEqual({});
  });
});

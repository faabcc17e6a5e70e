import { expect, it } from "vitest";
import { isMissing, nextStep } from "./problem";

it("names a place of the pages instead of a command", () => {
  const missing = { code: "run-not-found", next: "See all runs with `portage runs list`." };
  expect(nextStep(missing)).toEqual({ words: "Show all runs", href: "/runs" });
  expect(isMissing(missing)).toBe(true);
});

it("never shows the marks that commands have in a terminal", () => {
  expect(nextStep({ code: "workers-need-a-server", next: "Start `portage serve`, then try again." }).words).toBe(
    "Start portage serve, then try again.",
  );
});

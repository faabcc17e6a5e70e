import { expect, it } from "vitest";
import { isMissing, nextStep, withoutCommands } from "./problem";

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

it.each([
  [
    "Wait for it (portage runs watch run-1-a) or cancel it (portage runs cancel run-1-a), then start again.",
    "Wait for it or cancel it, then start again.",
  ],
  ["Raise it and go on: portage runs resume run-1-a --max-texts N (none: without a ceiling).", "Raise it and go on."],
  [
    "Pause or cancel the run where it still works: portage runs pause run-1-a",
    "Pause or cancel the run where it still works.",
  ],
  ["See it with portage runs show run-1-a.", "Open it."],
  ["See its findings with portage runs findings run-1-a.", "Open its findings."],
  [
    "Change what the service's words name (plan, region, index or model; see `portage doctor`), then resume the run.",
    "Change what the service's words name (plan, region, index or model), then resume the run.",
  ],
  [
    "Create it (dimension 768, cosine) with `portage doctor --create-target` or on the dashboard, or set PINECONE_NEW_INDEX to one that exists.",
    "Create it (dimension 768, cosine) on the dashboard, or set PINECONE_NEW_INDEX to one that exists.",
  ],
  [
    "Create it with dimension 768: here, or with `portage doctor --create-target`.",
    "Create it with dimension 768: here.",
  ],
  [
    "Wait until the index serves requests (portage doctor, the service's console), then resume the run.",
    "Wait until the index serves requests (the service's console), then resume the run.",
  ],
  ["Add the field. On the command line: portage clearance add-mapping.", "Add the field."],
  ["Run `portage gate docs` first.", "Check it on the page Gate first."],
  [
    "Both sides were never compared whole: run `portage mirror plan --all --route docs`.",
    "Both sides were never compared whole: analyse all namespaces on the page Mirroring.",
  ],
  ["See all with `portage routes list`, or add it.", "See all under Configuration, or add it."],
  ["Choose the field itself (--field).", "Choose the field itself."],
  ["Leave --view and --function out.", "Leave view and function out."],
  [
    "Do what stands there and switch again, or give --force with a reason, which is kept.",
    "Do what stands there and switch again, or force it with a reason, which is kept.",
  ],
])("says %j on a page without the command", (next, words) => {
  expect(withoutCommands(next)).toBe(words);
});

it("leads to the run that a command names", () => {
  const next = "Raise it and go on: portage runs resume run-mx26-ab --max-texts N (none: without a ceiling).";
  expect(nextStep({ code: "over-limits", next })).toEqual({ words: "Raise it and go on.", href: "/runs/run-mx26-ab" });
});

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { z } from "zod";
import { packageRoot } from "@/lib/package-root";
import { fromPlaywright } from "./playwright-report.mjs";
import { inWords, listed, nothing, slowest, sum } from "./tally.mjs";
import TallyReporter from "./vitest-reporter.mjs";

const failure = (name: string, ...lines: string[]) => ({ name, lines });
const tallySchema = z.object({
  passed: z.number(),
  skipped: z.number(),
  failures: z.array(z.object({ name: z.string(), lines: z.array(z.string()) })),
});

/** Files of tests that fail in every way there is, and what the report has to call each. */
const files = {
  "fails.test.js": `describe("a group", () => {
    it("compares", () => expect({ a: 1 }).toEqual({ a: 2 }));
    it("passes", () => {});
    it.skip("is skipped", () => {});
  });
  describe("a group that isn't set up", () => { beforeAll(() => { throw new Error("no server") }); it("never begins", () => {}); });`,
  "imports.test.js": `import "./nothing-there.js"; it("isn't reached", () => {});`,
  "rejects.test.js": `it("goes on", async () => { Promise.reject(new Error("uncaught")); await new Promise((done) => setTimeout(done, 1)); });`,
  "dies.test.js": `it("dies", async () => { process.kill(process.pid, "SIGKILL"); await new Promise(() => {}); });`,
};

it("names what failed in whatever way it failed, with why", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "portage-failures-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  const report = path.join(folder, "report.json");
  const reporter = path.join(import.meta.dirname, "vitest-reporter.mjs");
  const vitest = path.join(packageRoot, "node_modules/vitest/vitest.mjs");
  const { status } = spawnSync(
    process.execPath,
    [vitest, "run", "--root", folder, "--globals", `--reporter=${reporter}`],
    { cwd: folder, env: { ...process.env, PORTAGE_TEST_REPORT: report } },
  );
  expect(status).toBe(1);
  const tally = tallySchema.parse(JSON.parse(readFileSync(report, "utf8")));
  expect(tally).toMatchObject({ passed: 2, skipped: 2 });
  const reasons = new Map(tally.failures.map(({ name, lines }) => [name, lines.join("\n")]));
  expect(reasons.get("fails.test.js > a group > compares")).toMatch(
    /^expected .* to deeply equal .*\nat fails.test.js:2\n- Expected\n/,
  );
  expect(reasons.get("fails.test.js > a group that isn't set up")).toMatch(/^Error: no server/);
  expect(reasons.get("imports.test.js")).toContain("nothing-there.js");
  expect(reasons.get("dies.test.js")).toMatch(/^It never ended/);
  const uncaught = [...reasons].filter(([name]) => name.startsWith("an error that no test caught"));
  const uncaughtReasons = uncaught.map(([, why]) => why).join("\n");
  // A worker that is killed is noticed by its end, or by what could not be written to it any more.
  for (const why of [/Error: uncaught/, /Worker (exited unexpectedly|forks emitted error)/])
    expect(uncaughtReasons).toMatch(why);
  expect(reasons.size).toBe(6);
});

it("reads what failed in a browser, and that the app didn't start", () => {
  const one = (title: string, status: "expected" | "unexpected" | "flaky" | "skipped", ...messages: string[]) => ({
    title,
    file: "shell.spec.ts",
    line: 7,
    tests: [{ status, results: [{ duration: 1500, errors: messages.map((message) => ({ message })) }] }],
  });
  const tally = fromPlaywright({
    errors: [{ message: "The app ended early." }],
    suites: [
      {
        title: "shell.spec.ts",
        specs: [one("opens", "expected"), one("closes", "flaky"), one("turns", "skipped")],
        suites: [
          { title: "on a phone", specs: [one("scrolls", "unexpected", "\u001b[31mError: no bar\u001b[39m\n\n  at x")] },
        ],
      },
    ],
  });
  expect(tally).toEqual({
    passed: 2,
    skipped: 1,
    failures: [
      failure("e2e", "The app ended early."),
      failure("e2e/shell.spec.ts:7 > on a phone > scrolls", "Error: no bar", "  at x"),
    ],
    files: [{ name: "e2e/shell.spec.ts", seconds: 6 }],
  });
});

it("keeps what failed within the lines that are kept, names before reasons", () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, at) =>
      failure(`test ${at}`, ...Array.from({ length: 40 }, (_, line) => `line ${line}`)),
    );
  expect(listed([])).toEqual([]);
  expect(listed(many(1))).toEqual([
    "Failed:",
    "✗ test 0",
    ...Array.from({ length: 30 }, (_, line) => `    line ${line}`),
  ]);
  for (const count of [5, 20, 44, 45, 200]) expect(listed(many(count)).length).toBeLessThanOrEqual(47);
  expect(listed(many(45))).toEqual(["Failed:", ...many(45).map(({ name }) => `✗ ${name}`)]);
  expect(listed(many(200)).at(-1)).toBe("and 155 more");
  expect(
    inWords(
      sum([
        { ...nothing, passed: 2, skipped: 1, failures: many(3) },
        { ...nothing, passed: 1 },
      ]),
    ),
  ).toBe("3 passed, 3 failed, 1 skipped");
});

it("names the files that took longest, and says how far a run has come", () => {
  const files = [1, 30, 2].map((seconds) => ({ name: `of ${seconds}`, seconds }));
  expect(slowest({ ...nothing, files }, 2)).toEqual(["Slowest:", "   30 s  of 30", "    2 s  of 2"]);
  const said: string[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => said.push(String(text)) > 0);
  const reporter = new TallyReporter();
  reporter.onTestRunStart([1, 2]);
  reporter.onTestModuleEnd();
  reporter.onTestModuleEnd();
  vi.restoreAllMocks();
  expect(said.at(-1)).toMatch(/^ {3}2 of 2 files after \d+ s\n$/);
});

it("gives a machine that is four times slower four times as long", async () => {
  const limitsAt = async (slowness: string) => {
    vi.resetModules();
    vi.stubEnv("PORTAGE_TEST_SLOWNESS", slowness);
    return (await import("./limits.mjs")).limits;
  };
  const [quiet, slow, measured] = [await limitsAt("1"), await limitsAt("4"), await limitsAt("")];
  vi.unstubAllEnvs();
  expect(slow.process).toBe(4 * quiet.process);
  expect(measured.process).toBeGreaterThanOrEqual(quiet.process);
});

import { linesOf } from "./tally.mjs";

/**
 * @typedef {{ message?: string, stack?: string, value?: string }} ReportedError
 * @typedef {{ errors?: ReportedError[], duration?: number }} Result
 * @typedef {{ status: "expected" | "unexpected" | "flaky" | "skipped", results: Result[] }} Test
 * @typedef {{ title: string, file: string, line: number, tests: Test[] }} Spec
 * @typedef {{ title: string, specs?: Spec[], suites?: Group[] }} Group
 * @typedef {{ suites?: Group[], errors?: ReportedError[] }} PlaywrightReport
 */

/** @param {ReportedError} error */
const words = ({ message, stack, value }) => message ?? stack ?? value ?? "";

/**
 * The tally of a Playwright JSON report. A test that passed at its second try has passed; an error outside of every test, such as an
 * app that doesn't start, is a failure.
 * @param {PlaywrightReport} report
 * @returns {import("./tally.mjs").Tally}
 */
export function fromPlaywright({ suites = [], errors = [] }) {
  /** @type {import("./tally.mjs").Failure[]} */
  const failures = errors.map((error) => ({ name: "e2e", lines: linesOf(words(error)) }));
  const counts = { passed: 0, skipped: 0 };
  /** @type {Map<string, number>} */
  const seconds = new Map();
  /** @type {(group: Group, titles: readonly string[]) => void} */
  const count = (group, titles) => {
    for (const { title, file, line, tests } of group.specs ?? []) {
      for (const { status, results } of tests) {
        const took = results.reduce((total, { duration = 0 }) => total + duration / 1000, 0);
        seconds.set(file, (seconds.get(file) ?? 0) + took);
        if (status === "skipped") counts.skipped++;
        else if (status !== "unexpected") counts.passed++;
        else {
          const said = (results.at(-1)?.errors ?? []).map(words).join("\n");
          failures.push({ name: [`e2e/${file}:${line}`, ...titles, title].join(" > "), lines: linesOf(said) });
        }
      }
    }
    for (const inner of group.suites ?? []) count(inner, [...titles, inner.title]);
  };
  // A group at the top is a file.
  for (const file of suites) count(file, []);
  return { ...counts, failures, files: [...seconds].map(([name, took]) => ({ name: `e2e/${name}`, seconds: took })) };
}

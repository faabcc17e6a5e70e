import { writeFileSync } from "node:fs";
import path from "node:path";
import { inMinutes } from "./duration.mjs";
import { linesOf } from "./tally.mjs";

/** The environment variable that says where the report goes. */
export const reportVariable = "PORTAGE_TEST_REPORT";

const linesOfMessage = 4;
const progressMs = 15_000;

/**
 * A reporter of vitest that writes a tally: counts, and what failed by name. It names what vitest's own JSON leaves out, too: a file
 * or a group whose set-up failed, an error that nobody caught, a test whose worker died before it ended.
 * @implements {import("vitest/reporters").Reporter}
 */
export default class TallyReporter {
  #started = performance.now();
  #said = 0;
  #files = 0;
  #done = 0;

  /** @param {ReadonlyArray<unknown>} specifications */
  onTestRunStart(specifications) {
    this.#files = specifications.length;
  }

  /** Now and then, how far it has come. */
  onTestModuleEnd() {
    this.#done++;
    const now = performance.now();
    if (now - this.#said < progressMs && this.#done < this.#files) return;
    this.#said = now;
    process.stdout.write(`   ${this.#done} of ${this.#files} files after ${inMinutes((now - this.#started) / 1000)}\n`);
  }

  /**
   * @param {ReadonlyArray<import("vitest/node").TestModule>} modules
   * @param {ReadonlyArray<import("vitest").SerializedError>} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    /** @type {import("./tally.mjs").Failure[]} */
    const failures = unhandledErrors.map((error) => ({ name: origin(error), lines: reasons([error]) }));
    const counts = { passed: 0, skipped: 0 };
    const files = modules.map((module) => ({
      name: [project(module), module.relativeModuleId].filter(Boolean).join(" > "),
      seconds: module.diagnostic().duration / 1000,
    }));
    for (const module of modules) {
      const of = (/** @type {string} */ name) =>
        [project(module), module.relativeModuleId, name].filter(Boolean).join(" > ");
      if (module.errors().length > 0) failures.push({ name: of(""), lines: reasons(module.errors()) });
      if (module.state() === "queued" || module.state() === "pending") {
        failures.push({ name: of(""), lines: ["It never ended: its worker died, or the run was stopped."] });
        continue;
      }
      for (const suite of module.children.allSuites())
        if (suite.errors().length > 0) failures.push({ name: of(suite.fullName), lines: reasons(suite.errors()) });
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result();
        if (state === "passed") counts.passed++;
        else if (state === "skipped") counts.skipped++;
        else if (state === "failed") failures.push({ name: of(test.fullName), lines: reasons(errors) });
        else failures.push({ name: of(test.fullName), lines: ["It never ended."] });
      }
    }
    const file = process.env[reportVariable];
    if (file) writeFileSync(file, JSON.stringify({ ...counts, failures, files }));
  }
}

/** @param {import("vitest/node").TestModule} module */
const project = ({ project }) => project.name;

/**
 * Where an error came from that no test caught, as far as vitest knows.
 * @param {import("vitest").SerializedError} error
 */
function origin({ VITEST_TEST_PATH: file, VITEST_TEST_NAME: test }) {
  const known = [file ? path.relative(process.cwd(), file) : "", test].filter(Boolean);
  return ["an error that no test caught", ...known].join(" > ");
}

/**
 * What errors say, then where, then what differs.
 * @param {ReadonlyArray<import("vitest").SerializedError>} [errors]
 * @returns {string[]}
 */
function reasons(errors = []) {
  return errors.flatMap(({ name, message, stacks, diff, cause }) => {
    const said = linesOf(String(message ?? ""));
    const kind = name && name !== "AssertionError" && !said[0]?.startsWith(name) ? `${name}: ` : "";
    const [frame] = stacks ?? [];
    return [
      `${kind}${said[0] ?? ""}`,
      ...said.slice(1, linesOfMessage),
      ...(frame ? [`at ${path.relative(process.cwd(), frame.file)}:${frame.line}`] : []),
      ...(cause?.message ? [`because: ${linesOf(String(cause.message))[0]}`] : []),
      ...linesOf(diff ?? ""),
    ];
  });
}

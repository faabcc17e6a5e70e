import { stripVTControlCharacters } from "node:util";

/** @typedef {{ name: string, lines: readonly string[] }} Failure `name`: its file and its full name; `lines`: why, the telling ones first */

/** @typedef {{ name: string, seconds: number }} Timed a file of tests, and how long it took */

/** @typedef {{ passed: number, skipped: number, failures: readonly Failure[], files: readonly Timed[] }} Tally what failed is counted by naming it */

/** @type {Tally} */
export const nothing = { passed: 0, skipped: 0, failures: [], files: [] };

/**
 * One failure.
 * @param {string} name
 * @param {string} why
 * @returns {Tally}
 */
export function oneFailure(name, why) {
  return { ...nothing, failures: [{ name, lines: linesOf(why) }] };
}

/**
 * @param {readonly Tally[]} tallies
 * @returns {Tally}
 */
export function sum(tallies) {
  return tallies.reduce(
    (total, one) => ({
      passed: total.passed + one.passed,
      skipped: total.skipped + one.skipped,
      failures: [...total.failures, ...one.failures],
      files: [...total.files, ...one.files],
    }),
    nothing,
  );
}

/** @param {Tally} tally */
export function inWords({ passed, failures, skipped }) {
  return `${passed} passed, ${failures.length} failed, ${skipped} skipped`;
}

/**
 * The files that took longest.
 * @param {Tally} tally
 * @returns {string[]}
 */
export function slowest({ files }, most = 8) {
  const sorted = [...files].sort((left, right) => right.seconds - left.seconds).slice(0, most);
  return sorted.length < 2
    ? []
    : ["Slowest:", ...sorted.map(({ name, seconds }) => `${seconds.toFixed(0).padStart(5)} s  ${name}`)];
}

const mostLinesOfOne = 30;
const longestLine = 240;

/**
 * The lines of a text that say something, without colours.
 * @param {string} text
 */
export function linesOf(text) {
  return stripVTControlCharacters(text)
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "");
}

/**
 * What failed, by name and with the first lines of why, in at most about `room` lines however much it is: names come before reasons.
 * @param {readonly Failure[]} failures
 * @returns {string[]}
 */
export function listed(failures, room = 45) {
  if (failures.length === 0) return [];
  const each = Math.max(0, Math.min(mostLinesOfOne, Math.floor(room / failures.length) - 1));
  const named = failures.slice(0, room);
  const unnamed = failures.length - named.length;
  return [
    "Failed:",
    ...named.flatMap(({ name, lines }) => [`✗ ${name}`, ...lines.slice(0, each).map((line) => `    ${line}`)]),
    ...(unnamed > 0 ? [`and ${unnamed} more`] : []),
  ].map((line) => (line.length > longestLine ? `${line.slice(0, longestLine)} ...` : line));
}

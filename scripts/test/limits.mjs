import { pbkdf2Sync } from "node:crypto";
import os from "node:os";

/**
 * Every time limit of the tests. A limit is there for what hangs, and is no measure of anything: ten times what the longest takes on a quiet
 * machine of two cores, and as many times more as this machine is slower now.
 */

/** What {@link work} takes on a quiet machine. */
const quietMs = 80;
const work = () => pbkdf2Sync("portage", "slowness", 100_000, 64, "sha512");

/** How many times slower this machine is than a quiet one: by a piece of work, and by how many wait for its processors. */
function measure() {
  const took = Array.from({ length: 5 }, () => {
    const started = performance.now();
    work();
    return performance.now() - started;
  }).sort((left, right) => left - right);
  const waiting = (os.loadavg()[0] ?? 0) / os.availableParallelism();
  return Math.min(30, Math.max(1, (took[2] ?? quietMs) / quietMs, waiting));
}

/** The environment variable that hands the measure on: what a test starts goes by the same. */
const variable = "PORTAGE_TEST_SLOWNESS";
process.env[variable] ||= measure().toFixed(1);

/** 1 on a quiet machine. */
export const slowness = Number(process.env[variable]) || 1;

/**
 * As long as this may take on this machine.
 * @param {number} quietSeconds ten times what it takes on a quiet one
 * @returns {number} milliseconds
 */
export const atMost = (quietSeconds) => Math.round(quietSeconds * 1000 * slowness);

export const limits = {
  /** A test of one part, or of commands. */
  test: atMost(120),
  /** A run over few records comes to its end. */
  run: atMost(60),
  /** Whole processes, started and killed up to ten times. */
  process: atMost(900),
  /** A server or a worker says that it is ready, its pages built before. */
  start: atMost(60),
  /** A command comes to its end. */
  command: atMost(60),
  /** A test in a browser; the app there may have its pages to build first. */
  browser: atMost(300),
  appStart: atMost(600),
  /** Something is to be seen on a page, at once or when a run is over; behind it a disk, shared with others, may take its time to keep what was asked. */
  seen: atMost(40),
  runSeen: atMost(90),
};

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "../build/root.mjs";
import { slowness } from "./limits.mjs";

/** How long each suite took at its last run here, as seconds of a quiet machine. */
const file = path.join(root, "node_modules", ".cache", "portage-tests", "seconds.json");

/** @returns {Record<string, number>} */
function known() {
  try {
    return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  } catch {
    return {};
  }
}

/** @param {number} seconds */
export function inMinutes(seconds) {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

/**
 * What lies ahead, in words: from the last run, else from what a quiet machine of two cores takes, times how much slower this one is.
 * @param {ReadonlyArray<{ name: string, quietSeconds: number }>} suites
 */
export function forecast(suites) {
  const last = known();
  const each = suites.map(({ name, quietSeconds }) => ({ name, seconds: (last[name] ?? quietSeconds) * slowness }));
  const total = each.reduce((sum, { seconds }) => sum + seconds, 0);
  const parts = each.map(({ name, seconds }) => `${name} ${inMinutes(seconds)}`).join(", ");
  const busy = slowness >= 1.5 ? `; this machine is ${slowness.toFixed(1)} times slower now than a quiet one` : "";
  return `About ${inMinutes(total)}: ${parts}${busy}`;
}

/**
 * Remembers how long a suite took.
 * @param {string} name
 * @param {number} seconds
 */
export function remember(name, seconds) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ ...known(), [name]: Math.round(seconds / slowness) }));
}

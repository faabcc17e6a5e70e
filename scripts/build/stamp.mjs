import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "./root.mjs";

/**
 * All files of `inputs` (files or folders, relative to the root), sorted; tests don't count.
 * @param {readonly string[]} inputs
 * @returns {string[]}
 */
export function filesOf(inputs) {
  const files = inputs.flatMap((input) => {
    const absolute = path.join(root, input);
    if (!existsSync(absolute)) return [];
    if (statSync(absolute).isFile()) return [input];
    return readdirSync(absolute, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\.(test|suite|bench)\.tsx?$/.test(entry.name))
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));
  });
  return files.sort();
}

/**
 * One hash over names and contents of `inputs`.
 * @param {readonly string[]} inputs
 */
export function hashOf(inputs) {
  const hash = createHash("sha256").update(process.versions.node.split(".")[0] ?? "");
  for (const file of filesOf(inputs)) hash.update(`\0${file}\0`).update(readFileSync(path.join(root, file)));
  return hash.digest("hex").slice(0, 16);
}

/**
 * The hash that a step left behind when it was last done; empty when it never was.
 * @param {string} file
 */
export function readStamp(file) {
  const absolute = path.join(root, file);
  return existsSync(absolute) ? readFileSync(absolute, "utf8").trim() : "";
}

/**
 * @param {string} file
 * @param {string} hash
 */
export function writeStamp(file, hash) {
  const absolute = path.join(root, file);
  mkdirSync(path.dirname(absolute), { recursive: true });
  writeFileSync(absolute, `${hash}\n`);
}

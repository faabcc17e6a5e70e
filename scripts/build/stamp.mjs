import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "./root.mjs";

const nodeMajor = process.versions.node.split(".")[0] ?? "";

/**
 * All files of `inputs` (files or folders, relative to the root), sorted; tests don't count.
 * @param {readonly string[]} inputs
 * @returns {string[]}
 */
function filesOf(inputs) {
  /** @type {string[]} */
  const files = [];
  const collect = (/** @type {string} */ folder) => {
    for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const name = `${folder}/${entry.name}`;
      if (entry.isDirectory()) collect(name);
      else if (entry.isFile() && !/\.(test|suite|bench)\.tsx?$/.test(name)) files.push(name);
    }
  };
  for (const input of inputs) {
    const found = statSync(path.join(root, input), { throwIfNoEntry: false });
    if (found?.isDirectory()) collect(input);
    else if (found) files.push(input);
  }
  return files.sort();
}

/**
 * What `inputs` look like without being read: names, sizes and dates. The same look, the same content: cheap enough for every start.
 * @param {readonly string[]} inputs
 */
export function lookOf(inputs) {
  const hash = createHash("sha256").update(nodeMajor);
  for (const file of filesOf(inputs)) {
    const { size, mtimeMs } = statSync(`${root}/${file}`);
    hash.update(`${file}\0${size}\0${mtimeMs}\0`);
  }
  return hash.digest("hex").slice(0, 16);
}

/**
 * Notes the look of what a stamp was made of; an installation that can't be written to is read again at every start instead.
 * @param {string} file
 * @param {string} look
 */
export function noteLook(file, look) {
  try {
    writeStamp(`${file}.look`, look);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && ["EACCES", "EPERM", "EROFS"].includes(String(error.code))))
      throw error;
  }
}

/**
 * One hash over names and contents of `inputs`.
 * @param {readonly string[]} inputs
 */
export function hashOf(inputs) {
  const hash = createHash("sha256").update(nodeMajor);
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

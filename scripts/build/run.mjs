import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { root } from "./root.mjs";

/** @typedef {{ env?: Record<string, string>, quiet?: boolean }} RunOptions `quiet`: what it says is shown only when it fails */

/** @param {string} script inside `node_modules` */
export const moduleScript = (script) => path.join(root, "node_modules", script);

/**
 * Runs a program without a shell.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<boolean>} whether it ended with 0
 */
export async function succeeds(program, args, { env = {}, quiet = false } = {}) {
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: quiet ? ["ignore", "pipe", "pipe"] : "inherit",
  });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => said.push(chunk));
  const code = await Promise.race([
    once(child, "close").then(([ended]) => ended),
    once(child, "error").then(([error]) => void said.push(Buffer.from(`${error.message}\n`))),
  ]);
  if (code !== 0) process.stderr.write(Buffer.concat(said));
  return code === 0;
}

/**
 * Runs a package's script.
 * @param {string} script inside `node_modules`
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @throws when it ends with anything but 0
 */
export async function runModule(script, args, options) {
  if (await succeeds(process.execPath, [moduleScript(script), ...args], options)) return;
  throw new Error(`${script.split("/")[0]} ${args[0] ?? ""} failed.`);
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { root } from "./root.mjs";

/** @typedef {{ env?: Record<string, string>, quiet?: boolean }} RunOptions `quiet`: what it says is shown only when it fails */

/** @typedef {{ passed: boolean, how: string, said: string }} Ended `how`: how it ended, in words; `said`: what a quiet one said */

/** @param {string} script inside `node_modules` */
export const moduleScript = (script) => path.join(root, "node_modules", script);

/**
 * Runs a program without a shell until it ends, however that may be.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<Ended>}
 */
export async function runToEnd(program, args, { env = {}, quiet = false } = {}) {
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: quiet ? ["ignore", "pipe", "pipe"] : "inherit",
  });
  /** @type {Buffer[]} */
  const pieces = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (piece) => pieces.push(piece));
  const how = await Promise.race([
    once(child, "close").then(([code, signal]) => (signal === null ? `ended with ${code}` : `was ended by ${signal}`)),
    once(child, "error").then(([error]) => {
      pieces.push(Buffer.from(`${error.message}\n`));
      return "couldn't be started";
    }),
  ]);
  const said = Buffer.concat(pieces);
  const passed = how === "ended with 0";
  if (!passed) process.stderr.write(said);
  return { passed, how, said: said.toString("utf8") };
}

/**
 * Runs a program without a shell.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<boolean>} whether it ended with 0
 */
export async function succeeds(program, args, options) {
  return (await runToEnd(program, args, options)).passed;
}

/**
 * Runs a script of ours; what it says is shown only when it fails.
 * @param {string} script
 * @param {readonly string[]} args
 * @throws when it ends with anything but 0
 */
export async function runScript(script, args) {
  if (await succeeds(process.execPath, [...nodeFlags, script, ...args], { quiet: true })) return;
  throw new Error(`${path.basename(script)} ${args[0] ?? ""} failed.`);
}

/** Node 20 sometimes never ends after it has run WebAssembly (nodejs/node issue 54918); this avoids it. */
const nodeFlags = process.versions.node.startsWith("20.") ? ["--no-concurrent-recompilation"] : [];

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

import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { root } from "./root.mjs";

/**
 * Runs a program of `node_modules` by its script, without a shell.
 * @param {string} script inside `node_modules`
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string>, quiet?: boolean }} [options] `quiet`: its output is shown only when it fails
 * @throws when it ends with anything but 0
 */
export async function runModule(script, args, { env = {}, quiet = false } = {}) {
  const child = spawn(process.execPath, [path.join(root, "node_modules", script), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: quiet ? ["ignore", "pipe", "pipe"] : "inherit",
  });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => said.push(chunk));
  const [code, signal] = await once(child, "close");
  if (code === 0) return;
  process.stderr.write(Buffer.concat(said));
  throw new Error(`${script.split("/")[0]} ${args[0] ?? ""} ended with ${signal ?? code}.`);
}

import path from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./root.mjs";
import { readStamp } from "./stamp.mjs";
import { buildPages, bundle, generateClient, makeReady } from "./steps.mjs";

/**
 * A file of the last bundle, to be imported.
 * @param {string} name
 */
export function bundlePath(name) {
  return pathToFileURL(path.join(root, "dist", readStamp("dist/current"), name)).href;
}

/** Brings what the command line needs up to date. */
export async function prepareCommandLine() {
  await generateClient();
  await bundle();
  await Promise.all([makeReady("database"), makeReady("sandbox"), makeReady("postgres")]);
}

/** Brings everything up to date, the pages too. */
export async function prepareAll() {
  const changed = [
    await generateClient(),
    await bundle(),
    ...(await Promise.all([makeReady("database"), makeReady("sandbox"), makeReady("postgres")])),
    await buildPages(),
  ];
  return changed.includes(true);
}

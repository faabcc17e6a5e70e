import { existsSync, statSync, utimesSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./root.mjs";
import { filesOf, readStamp } from "./stamp.mjs";
import { buildPages, bundle, bundleInputs, generateClient, makeReady, readyMadeInputs } from "./steps.mjs";

const current = path.join(root, "dist", "current");

/**
 * A file of the last bundle, to be imported.
 * @param {string} name
 */
export function bundlePath(name) {
  return pathToFileURL(path.join(root, "dist", readStamp("dist/current"), name)).href;
}

/** True when no source file is newer than the last bundle: cheap enough for every start of the command line. */
function bundleIsFresh() {
  if (!existsSync(current) || !existsSync(path.join(root, "dist", readStamp("dist/current"), "cli.mjs"))) return false;
  const built = statSync(current).mtimeMs;
  return filesOf([...bundleInputs, ...readyMadeInputs]).every(
    (file) => statSync(path.join(root, file)).mtimeMs <= built,
  );
}

/** Brings what the command line needs up to date. */
export async function prepareCommandLine() {
  if (bundleIsFresh()) return;
  await generateClient();
  // The same content under a newer date, as after a checkout: remembered as looked at.
  if (!(await bundle())) utimesSync(current, new Date(), new Date());
  await Promise.all([makeReady("database"), makeReady("sandbox")]);
}

/** Brings everything up to date, the pages too. */
export async function prepareAll() {
  const changed = [
    await generateClient(),
    await bundle(),
    ...(await Promise.all([makeReady("database"), makeReady("sandbox")])),
    await buildPages(),
  ];
  return changed.includes(true);
}

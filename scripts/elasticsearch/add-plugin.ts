import { createHash } from "node:crypto";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { digestOf } from "./digest";
import { lastWords, runCommand } from "./run-command";
import type { Distribution } from "./versions";

const root = path.join(import.meta.dirname, "test-node-plugin");

async function sourcesFor({ major }: Distribution): Promise<string[]> {
  const folders = [path.join(root, "common"), path.join(root, `server-${major}`)];
  const names = await Promise.all(
    folders.map(async (folder) => (await readdir(folder)).sort().map((name) => path.join(folder, name))),
  );
  return names.flat();
}

/** Digest of the plugin's sources: a server is kept under it, so that a changed plugin gets a server of its own. */
export async function pluginDigest(distribution: Distribution): Promise<string> {
  const digests = await Promise.all((await sourcesFor(distribution)).map(digestOf));
  return createHash("sha256").update(digests.join()).digest("hex").slice(0, 12);
}

/** Compiles the plugin beside this file into the server in `home`; see its own comments for what it is for. */
export async function addPlugin(distribution: Distribution, home: string, java: string, work: string): Promise<void> {
  const { leastJava, version } = distribution;
  const classes = path.join(work, "classes");
  await mkdir(classes);
  const compiled = await runCommand(path.join(java, "bin/javac"), [
    ...["-proc:none", "--release", String(leastJava), "-cp", path.join(home, "lib", "*"), "-d", classes],
    ...(await sourcesFor(distribution)),
  ]);
  if (compiled.code !== 0) throw new Error(`The plugin does not compile: ${lastWords(compiled.output)}`);
  const plugin = path.join(home, "plugins", "portage-test-node");
  await mkdir(plugin, { recursive: true });
  const jar = path.join(plugin, "portage-test-node.jar");
  const packed = await runCommand(path.join(java, "bin/jar"), ["cf", jar, "-C", classes, "."]);
  if (packed.code !== 0) throw new Error(`The plugin can't be packed: ${lastWords(packed.output)}`);
  const descriptor = {
    name: "portage-test-node",
    description: "What the tests of Portage need of a server without modules",
    version: "1",
    classname: "portage.testnode.TestNodePlugin",
    "java.version": String(leastJava),
    "elasticsearch.version": version,
  };
  const lines = Object.entries(descriptor).map(([key, value]) => `${key}=${value}\n`);
  await writeFile(path.join(plugin, "plugin-descriptor.properties"), lines.join(""));
}

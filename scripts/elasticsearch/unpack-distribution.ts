import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { lastWords, runCommand } from "./run-command";
import { distribution } from "./versions";

/** Version of Maven's own plugin that copies an artifact; any of the 3.x does. */
const copyGoal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy";

/**
 * Where servers are kept between runs: outside the repository, and where another user may read, since the server refuses to run as
 * root and root's home is closed to others.
 */
export function cacheFolder(): string {
  const named = process.env.PORTAGE_ELASTICSEARCH_CACHE;
  if (named) return path.resolve(named);
  if (process.getuid?.() === 0) return "/var/tmp/portage-elasticsearch";
  return path.join(
    process.env.XDG_CACHE_HOME ?? path.join(process.env.HOME ?? tmpdir(), ".cache"),
    "portage-elasticsearch",
  );
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

async function download(into: string, log: (line: string) => void): Promise<string> {
  log(`Downloading Elasticsearch ${distribution.version} from Maven Central (132 MB)`);
  const args = [
    "-B",
    "-q",
    "-Dstyle.color=never",
    copyGoal,
    `-Dartifact=${distribution.artifact}`,
    `-DoutputDirectory=${into}`,
  ];
  const { code, output } = await runCommand("mvn", args, { cwd: into });
  if (code === null) throw new Error("Maven (mvn) is not installed");
  if (code !== 0) throw new Error(`Maven could not download Elasticsearch: ${lastWords(output)}`);
  const zip = path.join(into, `elasticsearch-${distribution.version}.zip`);
  const digest = await digestOf(zip);
  if (digest !== distribution.sha256) throw new Error(`The downloaded Elasticsearch has another digest: ${digest}`);
  return zip;
}

/** Compiles the plugin beside this file into the server; see its own comments for what it is for. */
async function addPlugin(home: string, java: string, work: string): Promise<void> {
  const sources = path.join(import.meta.dirname, "test-node-plugin");
  const classes = path.join(work, "classes");
  await mkdir(classes);
  const files = (await readdir(sources))
    .filter((name) => name.endsWith(".java"))
    .map((name) => path.join(sources, name));
  const compiled = await runCommand(path.join(java, "bin/javac"), [
    ...["-proc:none", "--release", "21", "-cp", path.join(home, "lib", "*"), "-d", classes],
    ...files,
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
    "java.version": "21",
    "elasticsearch.version": distribution.version,
  };
  const lines = Object.entries(descriptor).map(([key, value]) => `${key}=${value}\n`);
  await writeFile(path.join(plugin, "plugin-descriptor.properties"), lines.join(""));
}

/** Digest of the plugin's sources: a server is kept under it, so that a changed plugin gets a server of its own. */
async function sourcesDigest(): Promise<string> {
  const folder = path.join(import.meta.dirname, "test-node-plugin");
  const digests = await Promise.all((await readdir(folder)).sort().map((name) => digestOf(path.join(folder, name))));
  return createHash("sha256").update(digests.join()).digest("hex").slice(0, 12);
}

/** The folder of an unpacked server with our plugin, downloaded on first use. Throws an `Error` whose message says in a line why there is none. */
export async function unpackDistribution(java: string, log: (line: string) => void): Promise<string> {
  const cache = cacheFolder();
  const home = path.join(cache, `elasticsearch-${distribution.version}-${await sourcesDigest()}`);
  if (existsSync(home)) return home;
  await mkdir(cache, { recursive: true, mode: 0o755 });
  const work = await mkdtemp(path.join(cache, "unpack-"));
  try {
    const zip = await download(work, log);
    const unpacked = await runCommand(path.join(java, "bin/jar"), ["xf", zip], { cwd: work });
    if (unpacked.code !== 0) throw new Error(`Elasticsearch can't be unpacked: ${lastWords(unpacked.output)}`);
    const fresh = path.join(work, `elasticsearch-${distribution.version}`);
    const programs = path.join(fresh, "bin");
    for (const name of await readdir(programs)) await chmod(path.join(programs, name), 0o755);
    await addPlugin(fresh, java, work);
    const opened = await runCommand("chmod", ["-R", "a+rX", fresh]);
    if (opened.code !== 0) throw new Error(`Elasticsearch can't be made readable: ${lastWords(opened.output)}`);
    // Another process may have been quicker: its server is as good.
    await rename(fresh, home).catch(async (error: unknown) => {
      if (!existsSync(home)) throw error;
    });
    return home;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Configuration files that the server expects beside its settings. */
export async function copyConfiguration(home: string, into: string): Promise<void> {
  await mkdir(path.join(into, "jvm.options.d"), { recursive: true });
  for (const name of ["jvm.options", "log4j2.properties", "role_mapping.yml", "roles.yml", "users", "users_roles"]) {
    await cp(path.join(home, "config", name), path.join(into, name));
  }
}

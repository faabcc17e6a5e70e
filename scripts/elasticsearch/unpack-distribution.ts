import { chmod, cp, mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import { addPlugin, pluginDigest } from "./add-plugin";
import { cached } from "./cache-folder";
import { copyArtifact } from "./maven-artifact";
import { lastWords, runCommand } from "./run-command";
import type { Distribution } from "./versions";

/** The folder of an unpacked server with our plugin, downloaded on first use. Throws an `Error` whose message says in a line why there is none. */
export async function unpackDistribution(
  distribution: Distribution,
  java: string,
  log: (line: string) => void,
): Promise<string> {
  const name = `elasticsearch-${distribution.version}`;
  return cached(`${name}-${await pluginDigest(distribution)}`, async (work) => {
    log(`Getting Elasticsearch ${distribution.version} from Maven Central (some 120 MB)`);
    const zip = await copyArtifact(distribution.artifact, work);
    const unpacked = await runCommand(path.join(java, "bin/jar"), ["xf", zip], { cwd: work });
    if (unpacked.code !== 0) throw new Error(`Elasticsearch can't be unpacked: ${lastWords(unpacked.output)}`);
    const fresh = path.join(work, name);
    const programs = path.join(fresh, "bin");
    for (const program of await readdir(programs)) await chmod(path.join(programs, program), 0o755);
    await addPlugin(distribution, fresh, java, work);
    const opened = await runCommand("chmod", ["-R", "a+rX", fresh]);
    if (opened.code !== 0) throw new Error(`Elasticsearch can't be made readable: ${lastWords(opened.output)}`);
    return fresh;
  });
}

/** Configuration files that the server expects beside its settings. */
export async function copyConfiguration(home: string, into: string): Promise<void> {
  await mkdir(path.join(into, "jvm.options.d"), { recursive: true });
  for (const name of ["jvm.options", "log4j2.properties", "role_mapping.yml", "roles.yml", "users", "users_roles"]) {
    await cp(path.join(home, "config", name), path.join(into, name));
  }
}

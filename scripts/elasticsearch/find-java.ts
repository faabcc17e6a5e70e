import { existsSync, readdirSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { runCommand } from "./run-command";
import { leastJava } from "./versions";

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

/** The home of a whole JDK that the server runs on: with `javac` and `jar`, new enough. `null` when there is none. */
export async function findJava(): Promise<string | null> {
  const seen = new Set<string>();
  for (const home of homes()) {
    if (seen.has(home) || !existsSync(path.join(home, "bin/javac"))) continue;
    seen.add(home);
    const { output } = await runCommand(path.join(home, "bin/java"), ["-version"]);
    const major = Number(/version "(\d+)/.exec(output)?.[1] ?? 0);
    if (major >= leastJava) return home;
  }
  return null;
}

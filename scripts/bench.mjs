/** npm run bench -- NAME [OPTION...]: runs bench/NAME.ts (or bench/NAME/main.ts). */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { prepareCommandLine } from "./build/prepare.mjs";
import { root } from "./build/root.mjs";
import { runModule } from "./build/run.mjs";

const [name = "", ...args] = process.argv.slice(2);
const folder = path.join(root, "bench");
const files = [`${name}.ts`, path.join(name, "main.ts")].map((file) => path.join(folder, file));
const file = /^[a-z-]+$/.test(name) ? files.find((candidate) => existsSync(candidate)) : undefined;
if (!file) {
  const names = readdirSync(folder).map((entry) => entry.replace(/\.ts$/, ""));
  process.stderr.write(`Usage: npm run bench -- NAME\nThere is: ${names.join(", ") || "no benchmark"}\n`);
  process.exit(2);
}
await prepareCommandLine();
await runModule("tsx/dist/cli.mjs", [file, ...args]).catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});

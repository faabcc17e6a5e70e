/** Nothing that people write here is longer than a reader holds in mind: 250 lines. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "../build/root.mjs";

const most = 250;
const folders = ["app", "bench", "bin", "components", "e2e", "facade", "lib", "sandbox", "scripts"];

const tooLong = folders
  .flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" }).map((file) => path.join(folder, file)),
  )
  .filter((file) => /\.([cm]?[jt]sx?|py|css)$/.test(file) && !/node_modules/.test(file))
  .map((file) => ({ file, lines: readFileSync(path.join(root, file), "utf8").split("\n").length - 1 }))
  .filter(({ lines }) => lines > most);

for (const { file, lines } of tooLong)
  process.stderr.write(`${file} has ${lines} lines; split it by a seam, ${most} are the most.\n`);
process.exitCode = tooLong.length === 0 ? 0 : 1;

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { cached } from "../elasticsearch/cache-folder";
import { runCommand } from "../elasticsearch/run-command";
import { orThrow } from "../pypi/download-wheel";
import { pgvectorCache } from "./wheel";

const folder = import.meta.dirname;
/** Which Python it is, and why there is none where somebody has tried already. */
export const frameworksVariables = {
  python: "PORTAGE_TEST_FRAMEWORKS_PYTHON",
  missing: "PORTAGE_TEST_FRAMEWORKS_MISSING",
} as const;

/**
 * A Python with the frameworks' packages for `frameworks.py`: the one that PORTAGE_TEST_FRAMEWORKS_PYTHON names, else a virtual environment in the
 * cache, made on first use. Throws an `Error` whose message says in a line why there is none.
 */
export async function frameworksPython(log: (line: string) => void): Promise<string> {
  const named = process.env[frameworksVariables.python] ?? "";
  if (named !== "") return named;
  const missing = process.env[frameworksVariables.missing] ?? "";
  if (missing !== "") throw new Error(missing);
  const requirements = path.join(folder, "frameworks.txt");
  const { code, output } = await runCommand("python3", ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"]);
  if (code !== 0) throw new Error("python3 is not installed");
  const digest = createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex")
    .slice(0, 12);
  const kept = await cached(
    `frameworks-${digest}-python-${output.trim()}`,
    async (work) => {
      log("Getting LangChain, LlamaIndex and vecs from PyPI (70 MB)");
      const made = path.join(work, "environment");
      await orThrow("python3", ["-m", "venv", "--without-pip", made], "a virtual environment can't be made");
      await orThrow(
        "python3",
        [
          ...["-m", "pip", "--python", path.join(made, "bin", "python"), "install", "--quiet", "--no-deps"],
          ...["--prefer-binary", "--no-compile", "--retries", "2", "--disable-pip-version-check"],
          ...["--requirement", requirements],
        ],
        "pip can't get LangChain, LlamaIndex and vecs",
      );
      return made;
    },
    pgvectorCache,
  );
  return path.join(kept, "bin", "python");
}

import { tsImport } from "tsx/esm/api";

const say = (/** @type {string} */ line) => process.stderr.write(`Portage: ${line}\n`);

/** @returns {Promise<Record<string, string>>} */
async function obtain() {
  /** @type {typeof import("../pgvector/frameworks.ts")} */
  const { frameworksPython, frameworksVariables } = await tsImport("../pgvector/frameworks.ts", import.meta.url);
  return frameworksPython(say).then(
    (python) => ({ [frameworksVariables.python]: python }),
    (error) => ({ [frameworksVariables.missing]: error instanceof Error ? error.message : String(error) }),
  );
}

/** @type {Promise<Record<string, string>> | null} */
let obtained = null;

/** What tells tests which Python has the packages of LangChain, LlamaIndex and vecs, or why none has. They come meanwhile, of which the network takes most. */
export function frameworks() {
  obtained ??= obtain();
  return obtained;
}

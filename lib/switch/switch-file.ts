import { chmod, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { type Backend, type SwitchFile, switchFileSchema } from "@/lib/shapes/cut-over/switch";

/** Where a route's file and its fragment for `.env` stand. */
export const switchPaths = (folder: string, route: string) => ({
  json: path.join(folder, `${route}.json`),
  env: path.join(folder, `${route}.env`),
});

export const switchText = (file: SwitchFile): string => `${JSON.stringify(file, null, 2)}\n`;

/** The same as variables, under the names that applications have for them. */
export function envText({ active, previous, ...file }: SwitchFile): string {
  const values: Variable[] = [
    ...endVariables("VECTOR", active),
    ["VECTOR_GENERATION", file.generation],
    ["VECTOR_PLAN", file.plan],
    ["VECTOR_VERDICT", file.verdict],
    ["VECTOR_SWITCHED_AT", file.at],
    ["VECTOR_SWITCHED_BY", file.by],
    ...endVariables("VECTOR_PREVIOUS", previous),
  ];
  const lines = values.map(([name, value]) => `${name}=${quotedValue(value ?? "")}`);
  return `# Written by Portage: route ${file.route}, switch ${file.generation}, ${file.at}.\n${lines.join("\n")}\n`;
}

type Variable = [string, string | number | null | undefined];

/** One end: without what bounds it an application would get rows of other collections from a table that several share. */
function endVariables(prefix: string, { sql, ...end }: Backend): Variable[] {
  return [
    [`${prefix}_BACKEND`, end.backend],
    [`${prefix}_SIDE`, end.side],
    [`${prefix}_INDEX`, end.index],
    [`${prefix}_METRIC`, end.metric],
    [`${prefix}_DIMENSION`, end.dimension],
    [`${prefix}_MODEL`, end.model],
    [`${prefix}_NAMESPACES`, end.namespaces ? JSON.stringify(end.namespaces) : null],
    [`${prefix}_SCHEMA`, sql?.schema],
    [`${prefix}_TABLE`, sql?.table],
    [`${prefix}_ID_COLUMN`, sql?.id],
    [`${prefix}_COLUMN`, sql?.column],
    [`${prefix}_METADATA_COLUMN`, sql?.metadata],
    [`${prefix}_NAMESPACE_COLUMN`, sql?.namespace],
    [`${prefix}_NAMESPACE_KEY`, sql?.namespaceKey],
    [`${prefix}_WITHIN_COLUMN`, sql?.within?.column],
    [`${prefix}_WITHIN_TYPE`, sql?.within?.type],
    [`${prefix}_WITHIN_VALUE`, sql?.within?.value],
    [`${prefix}_CAST`, sql?.cast],
    [`${prefix}_OPERATOR`, sql?.operator],
  ];
}

/** Plain where every reader of such files agrees, else in single quotes, which none of them looks into. */
function quotedValue(value: string | number): string {
  const text = String(value).replace(/[\r\n\0]/g, " ");
  if (/^[\w./:@+-]*$/.test(text)) return text;
  return text.includes("'") ? `"${text.replace(/[\\"$`]/g, "\\$&")}"` : `'${text}'`;
}

/** What stands in a route's file: `null` where there is none, `other` where it isn't one of Portage's. */
export async function readSwitchFile(json: string): Promise<SwitchFile | null | "other"> {
  let text: string;
  try {
    text = await readFile(json, "utf8");
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  try {
    return switchFileSchema.safeParse(JSON.parse(text)).data ?? "other";
  } catch {
    return "other";
  }
}

/**
 * Replaces both files, each in one step: whoever reads meanwhile has the old text or the new one, never half of either. The JSON is replaced last, and
 * decides; when that fails, the fragment is put back as it was.
 * @throws what the file system says; nothing was replaced then
 */
export async function writeSwitchFiles(paths: ReturnType<typeof switchPaths>, file: SwitchFile): Promise<void> {
  await mkdir(path.dirname(paths.json), { recursive: true });
  const before = await readFile(paths.env, "utf8").catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  const json = await aside(paths.json, switchText(file));
  try {
    await replace(paths.env, envText(file));
    try {
      await rename(json, paths.json);
    } catch (error) {
      if (before === null) await rm(paths.env, { force: true });
      else await replace(paths.env, before);
      throw error;
    }
    await settleFolder(path.dirname(paths.json));
  } catch (error) {
    await rm(json, { force: true });
    throw error;
  }
}

async function replace(file: string, text: string): Promise<void> {
  const written = await aside(file, text);
  try {
    await rename(written, file);
  } catch (error) {
    await rm(written, { force: true });
    throw error;
  }
}

/** Written beside its place and to the disk, so that a power cut leaves one of the two texts. */
async function aside(file: string, text: string): Promise<string> {
  const unfinished = `${file}.${process.pid}.part`;
  const handle = await open(unfinished, "w", 0o644);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  // The application is often another user, whatever this process's mask says.
  await chmod(unfinished, 0o644);
  return unfinished;
}

async function settleFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } catch {
    // Some file systems don't sync folders.
  } finally {
    await handle.close();
  }
}

const isMissing = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOENT";

/** What operators call a kind of store in `VECTOR_BACKEND`. */
export const backendNames: Record<string, Backend["backend"]> = { chroma: "chromadb", "chroma-folder": "chromadb" };

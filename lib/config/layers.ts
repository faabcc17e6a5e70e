import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseEnv } from "node:util";
import { OperatorError } from "../operator-error";

export type Origin = "environment" | "file" | "default" | "sandbox";
/** Where settings come from: the first layer that has one wins. */
export type Layer = { origin: Origin; values: Record<string, string | undefined> };

/** The folder that Portage was started in. */
export function startFolder(): string {
  try {
    return process.cwd();
  } catch (error) {
    throw new OperatorError({
      kind: "usage",
      code: "no-folder",
      what: "The folder that Portage was started in doesn't exist any more.",
      notLost: "Nothing was started and nothing was spent.",
      next: "Change to another folder and start again.",
      cause: error,
    });
  }
}

function readFile(file: string): string {
  try {
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  } catch (error) {
    throw new OperatorError({
      kind: "usage",
      code: "unreadable-settings",
      what: `${file} can't be read.`,
      notLost: "Nothing was started and nothing was spent.",
      next: "Make it a file that this user may read, or remove it.",
      cause: error,
    });
  }
}

/** The environment and `.env` of `root` (the folder that Portage was started in), as layers for `parseConfig`. */
export function readLayers(root = startFolder()): Layer[] {
  return [
    { origin: "environment", values: process.env },
    { origin: "file", values: parseEnv(readFile(path.join(root, ".env"))) },
  ];
}

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

/** One document of a package: what a customer of a document product would have uploaded. */
export type SourceDocument = { file: string; text: string; bytes: number };

const prose = /\.(md|mdx|markdown)$/i;
const declarations = /\.d\.[cm]?ts$/;
/** Folders deeper than this hold no documentation. */
const deepest = 8;

/** The nearest `node_modules` above this file (source tree or bundle), or `null`. */
export function findModules(from = import.meta.dirname): string | null {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const modules = path.join(folder, "node_modules");
    if (existsSync(modules)) return modules;
    if (folder === path.dirname(folder)) return null;
  }
}

function* filesUnder(folder: string, pattern: RegExp, depth = 0): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name === "node_modules") continue;
    const file = path.join(folder, entry.name);
    if (entry.isDirectory() && depth < deepest) yield* filesUnder(file, pattern, depth + 1);
    else if (entry.isFile() && pattern.test(entry.name)) yield file;
  }
}

/** The documentation comments of a declaration file, in order, as one text. */
function commentsOf(source: string): string {
  const blocks: string[] = [];
  for (const [, block] of source.matchAll(/\/\*\*([\s\S]*?)\*\//g)) {
    if (block) blocks.push(block.replace(/^[ \t]*\*[ \t]?/gm, "").trim());
  }
  return blocks.join("\n\n");
}

/**
 * Documents of an installed package: its Markdown files, or for a package of declarations (`declared`) the documentation comments
 * in them. In a fixed order; empty when the package isn't installed.
 */
export function* findDocuments(modules: string, name: string, declared: boolean): Generator<SourceDocument> {
  const folder = path.join(modules, name);
  if (!existsSync(folder)) return;
  for (const file of filesUnder(folder, declared ? declarations : prose)) {
    const source = readFileSync(file, "utf8");
    const text = declared ? commentsOf(source) : source;
    if (text.trim().length < 200) continue;
    yield { file: path.relative(folder, file).split(path.sep).join("/"), text, bytes: statSync(file).size };
  }
}

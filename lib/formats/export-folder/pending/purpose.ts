import { contentOf, type ExportContent, type Manifest } from "../manifest";
import { refuse } from "../refuse";
import type { Purpose } from "./pending-store";

/**
 * What a writer works for, from what it says itself, what an interrupted one noted, and what the folder holds.
 * @throws FormatError when these are of different indexes, models or shapes, or the folder was written meanwhile
 */
export function purposeFor(
  root: string,
  wanted: Omit<Purpose, "next">,
  noted: Purpose | null,
  standing: Manifest | null,
): Purpose {
  if (standing !== null) requireSame(root, contentOf(standing), wanted.content);
  if (noted === null) return { ...wanted, next: null };
  requireSame(root, noted.content, wanted.content);
  if (noted.base !== wanted.base)
    throw refuse("refused", {
      what: `The export in ${root} was interrupted, and its manifest was changed since by something else.`,
      notLost: "The records that were pending are kept, and nothing was put in place.",
      next: "Put the manifest and its files back as they were, or export into an empty folder.",
    });
  // Resumed by the same plan, the export is what it would have been without the interruption.
  return noted.made.plan === wanted.made.plan ? noted : { ...noted, made: wanted.made };
}

function requireSame(root: string, there: ExportContent, wanted: ExportContent): void {
  const facts = (content: ExportContent): [string, string][] => [
    ["the source", `${content.source.kind} ${content.source.account} ${content.source.index}`],
    ["the dimension", String(content.dimension ?? "sparse only")],
    ["the metric", content.metric ?? "not known"],
    ["the model", content.model ?? "not known"],
  ];
  const others = new Map(facts(wanted));
  const differing = facts(there).filter(([name, value]) => others.get(name) !== value);
  if (differing.length === 0) return;
  const words = differing.map(([name, value]) => `${name} there is ${value}, here ${others.get(name)}`);
  throw refuse("refused", {
    what: `The folder ${root} holds an export of something else: ${words.join("; ")}.`,
    notLost: "Nothing was written to it.",
    next: "Export into another folder.",
  });
}

import type { DocumentIndex, Update } from "../contract";
import { documentWith } from "./held";

/** The second lines of a request: as good as always one and the same. */
export type ChangeLines = Map<Update["value"], { plain: string; rewriting: string }>;

function changeLine(lines: ChangeLines, field: string, { value, rewrite }: Update): string {
  let known = lines.get(value);
  if (known === undefined) {
    const doc = documentWith(field, value);
    known = { plain: JSON.stringify({ doc }), rewriting: JSON.stringify({ doc, detect_noop: false }) };
    lines.set(value, known);
  }
  return rewrite ? known.rewriting : known.plain;
}

/** Two lines of a bulk request. Put together by hand: they are most of what a run over many documents has to compute. */
export function linesOf(lines: ChangeLines, field: string, update: Update): string {
  const { index, id, routing, seqNo, primaryTerm } = update;
  const named = `"_index":${JSON.stringify(index)},"_id":${JSON.stringify(id)}`;
  const routed = routing === null ? "" : `,"routing":${JSON.stringify(routing)}`;
  const change = changeLine(lines, field, update);
  return `{"update":{${named},"if_seq_no":${seqNo},"if_primary_term":${primaryTerm}${routed}}}\n${change}\n`;
}

/** How to tell the bytes that an update takes in a bulk request. */
export function sizing(): DocumentIndex["sizeOf"] {
  const fields = new Map<string, ChangeLines>();
  return (field, update) => {
    const lines = fields.get(field) ?? new Map();
    fields.set(field, lines);
    return Buffer.byteLength(linesOf(lines, field, update));
  };
}

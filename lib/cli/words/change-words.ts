import type { Change, DifferenceView } from "@/lib/shapes/plans/change";
import { vectorReason } from "@/lib/shapes/plans/mark";
import { reasonWords } from "@/lib/shapes/runs/reason";
import { name } from "./words";

/** Characters of a value on a terminal; exports have it whole. */
const shownLength = 200;

const unlikeAscii = /[^\x20-\x7e]/g;
const escaped = (text: string) =>
  text.replace(unlikeAscii, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Two texts that look the same and aren't: composed and decomposed letters. */
function lookAlike(left: unknown, right: unknown): boolean {
  const [one, other] = [JSON.stringify(left) ?? "", JSON.stringify(right) ?? ""];
  return one !== other && one.normalize("NFC") === other.normalize("NFC");
}

function valueText(value: unknown, visibly: boolean): string {
  const text = JSON.stringify(value) ?? "";
  const cut = text.length > shownLength ? `${text.slice(0, shownLength)}... (${text.length} characters)` : text;
  return visibly ? escaped(cut) : name(cut);
}

function differenceLine({ sign, key, source, target }: DifferenceView): string {
  const before = `    ${sign} ${name(key)}: `;
  if (sign === "+") return before + valueText(source, false);
  if (sign === "-") return before + valueText(target, false);
  const visibly = lookAlike(source, target);
  return `${before}${valueText(target, visibly)} -> ${valueText(source, visibly)}`;
}

const signOf: Record<Change["kind"], string> = { create: "+", update: "~", problem: "!", orphan: "=" };

/** A change as a terminal shows it: a line for the record, one for each key that differs (what the target has, then the source). */
export function changeLines(change: Change): string[] {
  const notes = [
    change.textChanged ? `${vectorReason(change.differences)} changed` : "",
    change.reason === undefined ? "" : reasonWords[change.reason],
    change.kind === "orphan" ? "only in the target, kept" : "",
    change.excluded ? "taken out" : "",
  ].filter((note) => note !== "");
  const where = change.index === undefined ? "" : `  in ${name(change.index)}`;
  const record = `${signOf[change.kind]} ${name(change.namespace)}  ${name(change.id)}${where}`;
  return [
    notes.length === 0 ? record : `${record}  (${notes.join(", ")})`,
    ...(change.detail === undefined ? [] : [`    ${name(change.detail)}`]),
    ...(change.differences ?? []).map(differenceLine),
  ];
}

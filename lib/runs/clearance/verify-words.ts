import type { Counts } from "./apply-verify";

const number = (value: number) => value.toLocaleString("en-US");
const documents = (count: number) => (count === 1 ? "1 document" : `${number(count)} documents`);

/** What was counted and read back, in one or two sentences. */
export function wordsFor(
  what: string,
  { scope, right, missing }: Counts,
  found: { written: number; compared: number; different: number; left: number; arrived: number; newcomers: number },
): string {
  const other = Math.max(0, scope - right - missing);
  const counted = [
    `Counted after a refresh: ${number(right)} of ${documents(scope)} have ${what}`,
    ...(other > 0 ? [`${number(other)} another value`] : []),
    missing === 0
      ? "none is without"
      : `${number(missing)} ${missing === 1 ? "is" : "are"} without${missing <= found.left ? withoutBecause(missing, found.newcomers) : ""}`,
  ].join(", ");
  const all = found.written + found.arrived;
  const later = found.arrived > 0 ? ` (${number(found.arrived)} of them came after the review)` : "";
  if (all === 0) return `${counted}. Nothing was written, so there was nothing to read back.`;
  const coverage =
    found.compared >= all ? `all ${number(all)}` : `a sample of ${number(found.compared)} of ${number(all)}`;
  const outcome =
    found.different === 0 ? "all hold the value" : `${number(found.different)} are gone or hold something else`;
  return `${counted}. Read back ${coverage} written documents${later} by ID: ${outcome}.`;
}

/** Why documents are without the value: they came since, or were taken out or left alone with a finding. */
function withoutBecause(missing: number, newcomers: number): string {
  const others = missing - newcomers;
  const rest = others > 0 ? `${number(others)} taken out, or left alone with a finding` : "";
  if (newcomers === 0) return `: ${rest}`;
  return `: ${[`${number(newcomers)} came since the plan (plan again)`, rest].filter((part) => part !== "").join(", ")}`;
}

/** What the operator reads of documents that nobody reviewed. */
export const newcomersInWords = (newcomers: number) =>
  `${documents(newcomers)} without a value came since the plan: plan again.`;

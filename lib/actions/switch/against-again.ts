import type { Canary } from "@/lib/shapes/cut-over/canary";
import type { Gate } from "@/lib/shapes/cut-over/gate";
import type { Warning } from "@/lib/shapes/runs/warning";
import type { SwitchRow } from "./switch-rows";

/** Whether a comparison was begun before the application came back from the target: what it wrote there, or to the source since, isn't in it. */
export const isOvertaken = (begunAt: Date | string, last: SwitchRow | null): boolean =>
  last !== null &&
  last.to === "source" &&
  last.generation > 1 &&
  new Date(begunAt) < new Date(last.endedAt ?? last.startedAt);

/** Whether the last canary held the target against this verdict and found it worse. */
export const isBelied = (gate: Pick<Gate, "id">, canary: Canary | undefined): canary is Canary =>
  canary !== undefined && canary.state === "red" && canary.gateId === gate.id;

/** What was found out since the application asked the target for the first time speaks against asking it again by what was known before. */
export function againstAgain(
  gate: Pick<Gate, "id"> | null,
  plan: { id: string; begunAt: Date } | null,
  { last, canary }: { last: SwitchRow | null; canary: Canary | undefined },
): Warning[] {
  const against: Warning[] = [];
  if (gate !== null && isBelied(gate, canary))
    against.push({
      code: "canary-red",
      words: `The canary found the target worse than the verdict ${gate.id} says: ${canary.words} Run \`portage gate ${canary.route}\` again.`,
    });
  if (plan !== null && isOvertaken(plan.begunAt, last))
    against.push({
      code: "differences-overtaken",
      words: `The last comparison, ${plan.id}, is from before the application was switched back: compare both sides again.`,
    });
  return against;
}

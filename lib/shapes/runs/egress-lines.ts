import type { Estimate } from "./estimate";
import type { Run } from "./run";

/** Egress of a service, estimated and answered: `null` where a plan of an earlier version didn't estimate it by service. */
export type EgressLine = { name: string; estimated: number | null; actual: number };

/** Estimate and actual by service: each that was estimated, and each that answered. */
export function egressLines(
  estimate: Pick<Estimate, "egress">,
  { egressBy = [] }: Pick<Run, "egressBy">,
): EgressLine[] {
  const estimated = estimate.egress ?? [];
  return (["source", "target"] as const).flatMap((side) => {
    const before = estimated.find((one) => one.side === side);
    const actual = egressBy.find((one) => one.side === side);
    const service = actual?.service ?? before?.service;
    if (service === undefined) return [];
    return [
      {
        name: `${service} (${side})`,
        estimated: before?.bytes ?? (estimate.egress ? 0 : null),
        actual: actual?.bytes ?? 0,
      },
    ];
  });
}

/** Whether a rate is set for any of it. */
export const hasEgressRate = ({ egress = [] }: Pick<Estimate, "egress">) => egress.some(({ usd }) => usd !== null);

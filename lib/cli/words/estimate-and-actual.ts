import { egressLines, hasEgressRate } from "@/lib/shapes/runs/egress-lines";
import type { Run } from "@/lib/shapes/runs/run";
import { table } from "./table";
import { bytes, duration, money, number } from "./words";

type Line = { what: string; estimated: string; actual: string };

/** Estimate and actual of a run beside each other; `null` where nothing was estimated before it, or nothing ran yet. */
export function estimateAndActual(run: Run, dim: (text: string) => string): string | null {
  const { estimate, cost, requests = {} } = run;
  if (!estimate || Object.keys(estimate.requests).length === 0 || !cost || run.startedAt === null) return null;
  const seconds = run.endedAt === null ? null : (Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000;
  const lines: Line[] = [
    { what: "Texts", estimated: number(estimate.texts), actual: number(run.embedded.texts) },
    { what: "Tokens", estimated: number(estimate.tokens), actual: number(run.embedded.tokens) },
    { what: "Embedding", estimated: money(estimate.usd.embedding), actual: money(cost.embedding) },
    { what: "Reads", estimated: money(estimate.usd.reads), actual: money(cost.reads) },
    { what: "Writes", estimated: money(estimate.usd.writes), actual: money(cost.writes) },
    ...(hasEgressRate(estimate) || (cost.egress ?? 0) > 0
      ? [{ what: "Egress", estimated: money(estimate.usd.egress ?? 0), actual: money(cost.egress ?? 0) }]
      : []),
    { what: "Total", estimated: money(estimate.usd.total), actual: money(cost.total) },
    ...egressLines(estimate, run).map(({ name, estimated, actual }) => ({
      what: `Egress: ${name}`,
      estimated: estimated === null ? "-" : bytes(estimated),
      actual: bytes(actual),
    })),
    { what: "Time", estimated: duration(estimate.seconds), actual: seconds === null ? "-" : duration(seconds) },
    ...Object.entries(estimate.requests).map(([kind, count]) => ({
      what: `Requests: ${estimate.labels?.[kind] ?? kind}`,
      estimated: number(count),
      actual: number(requests[kind] ?? 0),
    })),
  ];
  return table<Line>(
    [
      { title: "", cell: ({ what }) => what },
      { title: "ESTIMATED", cell: ({ estimated }) => estimated, align: "right" },
      { title: "ACTUAL", cell: ({ actual }) => actual, align: "right" },
    ],
    lines,
    dim,
  );
}

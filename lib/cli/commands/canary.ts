import { verbs } from "@/lib/actions/verbs/registry";
import { exitCodes } from "@/lib/operator-error";
import type { Canary, CanaryState } from "@/lib/shapes/cut-over/canary";
import type { CommonOptions } from "../options";
import { Terminal } from "../terminal";
import { withTransport } from "../transport";
import { name, number } from "../words/words";

const exitOf: Record<CanaryState, number> = {
  green: exitCodes.done,
  red: exitCodes.leftOver,
  unknown: exitCodes.failed,
};

type CanaryOptions = CommonOptions & { queries?: string; sourceEmbedder?: string; targetEmbedder?: string };

/** `portage canary ROUTE`: whether the target answers as when it was checked. 0 green, 1 red, 3 not known. */
export async function canary(route: string, options: CanaryOptions): Promise<number> {
  const terminal = new Terminal(options);
  const { queries, sourceEmbedder, targetEmbedder } = options;
  const found = await withTransport({ works: false }, (transport) =>
    transport.call(verbs.runCanary, {
      route,
      ...(queries !== undefined && { set: queries }),
      ...(sourceEmbedder !== undefined && { sourceEmbedder }),
      ...(targetEmbedder !== undefined && { targetEmbedder }),
    }),
  );
  terminal.document(found);
  terminal.text(canaryWords(found));
  return exitOf[found.state];
}

const percent = (value: number) => `${(value * 100).toFixed(1)} %`;

function canaryWords({ state, gateId, set, words, reasons, figures }: Canary): string {
  const { asked, overlap, found, failed, p95 } = figures;
  const told = [
    `${number(asked)} questions`,
    ...(overlap === null ? [] : [`hits in common ${percent(overlap)}`]),
    ...(found === null ? [] : [`found ${percent(found)}`]),
    ...(p95 === null ? [] : [`95 % within ${p95.toFixed(0)} ms`]),
    `failed: source ${number(failed.source)}, target ${number(failed.target)}`,
  ];
  const why = reasons.length === 0 ? [words] : reasons.map((reason) => reason.words);
  return [
    `${state}  by ${gateId}${set === null ? "" : ` and the set ${set}`}: ${told.join("; ")}`,
    ...why.map((line) => `  ${name(line)}`),
  ].join("\n");
}

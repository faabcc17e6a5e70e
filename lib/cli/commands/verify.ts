import { verbs } from "@/lib/actions/verbs/registry";
import { OperatorError } from "@/lib/operator-error";
import { defaultReembedSample } from "@/lib/shapes/runs/verdict-words";
import { alongRoute } from "../along-ends";
import { followRun } from "../follow-run";
import {
  type CeilingOptions,
  type CommonOptions,
  chosenNamespaces,
  readingCeilingsOf,
  routed,
  wholeNumber,
} from "../options";
import { reportRun } from "../report-run";
import { type EndOptions, meansAll } from "../route-for";
import { Terminal } from "../terminal";
import { withTransport } from "../transport";
import { counted } from "../words/words";

type Options = CommonOptions &
  EndOptions & { all?: boolean; sample?: string; full?: boolean; reembedSample?: string } & Pick<
    CeilingOptions,
    "maxEgress"
  >;

/** `portage verify`: reads the target back and says, per namespace, method, coverage and verdict. It reads only. */
export async function verify(names: string[], options: Options): Promise<number> {
  const terminal = new Terminal(options);
  const sample = wholeNumber("--sample", options.sample, 0, 1_000_000);
  const reembedSample = wholeNumber("--reembed-sample", options.reembedSample, 0, 10_000);
  if (sample !== undefined && options.full) {
    throw new OperatorError({
      kind: "usage",
      code: "invalid-option",
      what: "Both --sample and --full were given.",
      notLost: "Nothing was started.",
      next: "Give --sample N for some records, or --full for all of them.",
    });
  }
  const input = {
    ...chosenNamespaces(names, names.length === 0 ? meansAll(options) : options.all),
    ...(sample === undefined ? {} : { sample }),
    ...(options.full ? { full: true } : {}),
    ...(reembedSample === undefined ? {} : { reembedSample }),
    ...readingCeilingsOf(options),
  };
  const texts = reembedSample ?? defaultReembedSample;
  if (texts > 0)
    terminal.note(
      `Where it isn't known which vectors were written, up to ${counted(texts, "text")} of a namespace ${texts === 1 ? "is" : "are"} embedded again, at the price of embedding (--reembed-sample 0: none).`,
    );
  return withTransport({ works: true }, (transport) =>
    alongRoute(transport, options, async (route) => {
      const { run } = await transport.call(verbs.startVerification, { ...input, ...routed({ route }) });
      return reportRun(terminal, transport, await followRun(terminal, transport, run, { onInterrupt: "pause" }));
    }),
  );
}

import { verbs } from "@/lib/actions/verbs/registry";
import { exitCodes } from "@/lib/operator-error";
import { type AttentionItem, attentionCauses, attentionStates } from "@/lib/shapes/attention";
import { defaultRoute } from "@/lib/shapes/routes/route";
import { oneOf } from "../option-values";
import { type CommonOptions, wholeNumber } from "../options";
import { Terminal } from "../terminal";
import { withTransport } from "../transport";
import { table } from "../words/table";
import { counted, moment, name, number, state } from "../words/words";

type Options = CommonOptions & { state?: string; cause?: string; route?: string; limit?: string };

const pageSize = 500;
const most = 1_000_000;

function placesOf({ namespaces, namespaceCount }: AttentionItem): string {
  const [only] = namespaces;
  if (only === undefined) return "-";
  return namespaceCount === 1 ? name(only) : counted(namespaceCount, "namespace");
}

/** `portage attention list`: what needs somebody, over all history; with `--state acknowledged` or `solved`, what did. */
export async function listAttention(options: Options): Promise<number> {
  const terminal = new Terminal(options);
  const limit = wholeNumber("--limit", options.limit, 1, most) ?? most;
  const wanted = oneOf("--state", options.state, attentionStates) ?? "open";
  const cause = oneOf("--cause", options.cause, attentionCauses);
  const items: AttentionItem[] = [];
  const page = await withTransport({ works: false }, async (transport) => {
    for (;;) {
      const read = await transport.call(verbs.listAttention, {
        state: wanted,
        ...(cause ? { cause } : {}),
        ...(options.route === undefined ? {} : { route: options.route }),
        offset: items.length,
        limit: Math.min(pageSize, limit - items.length),
      });
      items.push(...read.items);
      if (read.items.length === 0 || items.length >= Math.min(limit, read.matching)) return read;
    }
  });
  terminal.document({ ...page, items });
  for (const item of items) terminal.line(item);
  if (terminal.form !== "text") return exitCodes.done;
  if (items.length === 0) {
    terminal.text(wanted === "open" ? "Nothing needs attention." : "None.");
    return exitCodes.done;
  }
  terminal.text(
    table<AttentionItem>(
      [
        { title: "ITEM", cell: ({ id }) => id },
        { title: "CAUSE", cell: (item) => state(item.cause) },
        ...(items.some(({ route }) => (route ?? defaultRoute) !== defaultRoute)
          ? [{ title: "ROUTE", cell: ({ route }: AttentionItem) => route ?? "-" }]
          : []),
        { title: "NAMESPACES", cell: placesOf },
        { title: "SUBJECT", cell: ({ runId, planId, scheduleId }) => runId ?? planId ?? scheduleId ?? "-" },
        { title: "SINCE", cell: ({ since }) => moment(since) },
        { title: "", cell: ({ what, next }) => name(`${what} ${next}`) },
        ...(wanted === "open"
          ? []
          : [
              {
                title: wanted === "solved" ? "SOLVED" : "ACKNOWLEDGED",
                cell: ({ solved, acknowledged }: AttentionItem) => {
                  const ended = acknowledged ?? solved;
                  return ended ? `${moment(ended.at)} ${ended.by}` : "-";
                },
              },
            ]),
      ],
      items,
      terminal.dim,
    ),
  );
  const causes = page.counts.causes.map(({ cause: of, open }) => `${state(of)} ${number(open)}`);
  if (wanted === "open") terminal.note(`${counted(page.counts.open, "item")}: ${causes.join(", ")}.`);
  return exitCodes.done;
}

/** `portage attention acknowledge ITEM...`: takes items out of the inbox; who did, and when, is kept. */
export async function acknowledgeAttention(ids: string[], options: CommonOptions): Promise<number> {
  const terminal = new Terminal(options);
  const answers = await withTransport({ works: false }, async (transport) => {
    const all = [];
    for (const id of ids) all.push(await transport.call(verbs.acknowledgeAttention, { id }));
    return all;
  });
  terminal.document(answers.length === 1 ? answers[0] : { items: answers.map(({ item }) => item) });
  for (const { item, already } of answers)
    terminal.text(`${item.id} ${already ? `was ${item.state} already` : "is acknowledged"}: ${name(item.what)}`);
  return exitCodes.done;
}

import type { GateDetail, GateIndex, GateInterval, GateResult } from "@/lib/shapes/cut-over/gate";
import type { GateSpent } from "@/lib/shapes/cut-over/gate-cost";
import { mapFigure } from "./map-figure";
import { escaped, histogram } from "./plots";

const number = (value: number) => value.toLocaleString("en-US");
const percent = (value: number | null) => (value === null ? "unknown" : `${(value * 100).toFixed(1)} %`);
const interval = (one: GateInterval | null) =>
  one === null
    ? "not measured"
    : `${percent(one.mean)} <small>95 % bounds ${percent(one.low)} to ${percent(one.high)}, n = ${number(one.n)}, ${one.method === "t" ? "Student's t" : "bootstrap"}</small>`;
const ms = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
const [ofSource, ofTarget] = ["#64748b", "#0f766e"];

const style = `body{font:14px/1.5 system-ui,sans-serif;max-width:860px;margin:32px auto;padding:0 16px;color:#1c1f23;background:#fff}
h1{font-size:20px}h2{font-size:15px;margin-top:32px;border-top:1px solid #ddd;padding-top:16px}table{border-collapse:collapse;width:100%;font-size:13px}
td,th{text-align:left;padding:6px 12px 6px 0;border-bottom:1px solid #eee;vertical-align:top}small,figcaption{color:#5f6670;font-size:12px}
.GO{color:#0b6b3a}.NO-GO{color:#b42318}.INCONCLUSIVE{color:#8a5a00}figure{margin:16px 0}svg{width:100%;height:auto;font:11px system-ui}svg text{fill:currentColor}
code{font:12px ui-monospace,monospace;overflow-wrap:anywhere}@media(prefers-color-scheme:dark){body{background:#141619;color:#e6e8ea}td,th{border-color:#2a2e33}
h2{border-color:#2a2e33}small,figcaption{color:#9aa2ab}.GO{color:#4cc38a}.NO-GO{color:#ff8f85}.INCONCLUSIVE{color:#f0b95a}}`;

/** A verdict as one file of HTML that needs nothing else: to be handed on. */
export function reportHtml(gate: GateDetail): string {
  const { result, settings } = gate;
  const body = result ? whole(gate, result) : `<p>${escaped(gate.words)}</p>`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${gate.verdict}: ${escaped(gate.route.name)}</title><style>${style}</style>
<h1><span class="${gate.verdict}">${gate.verdict}</span> for route ${escaped(gate.route.name)}</h1>
<p>${escaped(gate.words)}</p>
<p><small>${escaped(gate.id)}, revision ${gate.route.revision} of the route${gate.planId === null ? "" : `, plan ${escaped(gate.planId)}`}; ${escaped(gate.startedAt)}, asked by ${escaped(gate.startedBy)}. Questions: ${settings.queries}, n ${number(settings.n)}, k ${settings.k}, threshold ${settings.threshold}, margin ${settings.margin}, seed ${settings.seed}.</small></p>
${body}</html>
`;
}

function whole(gate: GateDetail, result: GateResult): string {
  const { data, source, target, overlap, known, strata } = result;
  return [
    "<h2>Why</h2>",
    rows(result.reasons.map(({ level, layer, words }) => [level, layer, escaped(words)])),
    "<h2>1. The data</h2>",
    rows([
      ["Records of the source", number(data.source)],
      ["Records of the target", number(data.target)],
      ["Compared one with the other", `${number(data.both)}${data.complete ? "" : ", not all"}`],
      ["Missing without a reason", number(data.missing.count)],
      ["Left out with a reason", number(data.explained)],
      ["Metadata differs", number(data.metadata.count)],
      ["Vector differs", data.vectors === null ? "made again by another model" : number(data.vectors.count)],
      ...(data.remade
        ? [
            [
              "Of texts embedded again, with another vector",
              `${number(data.remade.different.count)} of ${number(data.remade.of)}`,
            ],
          ]
        : []),
    ]),
    "<h2>2. Each index against exact search</h2>",
    rows([
      ["", "Source", "Target"],
      [
        "",
        `${escaped(source.collection)} <small>${escaped(source.service)}, ${source.metric}</small>`,
        `${escaped(target.collection)} <small>${escaped(target.service)}, ${target.metric}</small>`,
      ],
      [`Recall at ${gate.settings.k}`, interval(source.recall), interval(target.recall)],
      ["Latency, median and 95 %", latency(source), latency(target)],
      ["Answered otherwise when asked twice", twice(source), twice(target)],
      ["Index used", uses(source), uses(target)],
    ]),
    ...sweepRows("Source", source.sweep),
    ...sweepRows("Target", target.sweep),
    histogram(
      "Latency of each question",
      [
        { name: "source", values: result.latencies.source, colour: ofSource },
        { name: "target", values: result.latencies.target, colour: ofTarget },
      ],
      ms,
    ),
    ...scoreRows(source.scores, target.scores),
    "<h2>3. Both together</h2>",
    rows([
      [
        `Overlap at ${gate.settings.k}${overlap.judged ? "" : " (reported, not part of the verdict)"}`,
        interval(overlap.mean),
      ],
      ["Rank-biased overlap", interval(overlap.rankBiased)],
      ["Same first hit", interval(overlap.sameFirst)],
      ["Questions with less than half in common", percent(overlap.belowFloor)],
      ["Fewer rows from the target", number(overlap.fewerRows)],
      ...(known
        ? (["recall1", "recallK", "reciprocalRank", "ndcg"] as const).map((key) => [
            knownWords[key],
            `${percent(known[key].source)} and ${percent(known[key].target)}; difference ${interval(known[key].difference)}`,
          ])
        : []),
      ...strata.map(({ namespace, of, overlap: own }) => [
        `Overlap in ${escaped(of ? `${of.key} ${of.value}` : namespace === "" ? "__default__" : namespace)}`,
        interval(own),
      ]),
    ]),
    histogram("Overlap by question", [{ name: "overlap", values: overlap.each, colour: ofTarget }], percent, [0, 1]),
    ...(result.lost.length === 0 ? [] : ["<h2>Lost questions, worst first</h2>", lost(gate, result)]),
    ...(result.map ? ["<h2>Map</h2>", mapFigure(result.map)] : []),
    ...costRows(gate, result),
  ].join("\n");
}

function sweepRows(name: string, sweep: GateIndex["sweep"]): string[] {
  if (!sweep) return [];
  const { setting, now, wanted, unused, reaches, rows: tried } = sweep;
  if (unused)
    return [
      `<p>${name} by <code>${escaped(setting)}</code>: not tried, since no index was used. Every row is read, whatever it is.</p>`,
    ];
  const enough =
    reaches === null ? `none finds ${percent(wanted)}` : `${number(reaches)} is the first to find ${percent(wanted)}`;
  return [
    `<p>${name} by <code>${escaped(setting)}</code>, which stands at ${number(now)}: ${enough}.</p>`,
    rows([
      [escaped(setting), "Finds of what is nearest", "Median", "95 %", "Questions"],
      ...tried.map(({ value, recall, p50, p95, n }) => [number(value), percent(recall), ms(p50), ms(p95), number(n)]),
    ]),
  ];
}

/** Which score of the target as many hits lie below as of the source's: where an application cuts off by one. */
function scoreRows(source: GateIndex["scores"], target: GateIndex["scores"]): string[] {
  if (!source || !target) return [];
  const score = (value: number | undefined) => (value ?? 0).toFixed(4);
  return [
    "<p>Scores: each line is one cut-off, which as many hits of either side lie below.</p>",
    rows([
      ["Of the hits, below", "Source, first hit", "Target, first hit", "Source, all hits", "Target, all hits"],
      ...["5 %", "25 %", "Median", "75 %", "95 %"].map((share, at) => [
        ...[share, score(source.first[at]), score(target.first[at]), score(source.all[at]), score(target.all[at])],
      ]),
    ]),
  ];
}

function costRows({ settings: { cost } }: GateDetail, { spent }: GateResult): string[] {
  if (!cost && !spent) return [];
  const cells = (value: (of: GateSpent) => string) => [cost ? value(cost) : "", spent ? value(spent) : ""];
  return [
    "<h2>What it took</h2>",
    rows([
      ["", "Estimated", "Counted"],
      ["Money", ...cells(({ usd }) => `$${Number(usd.total.toPrecision(2))}`)],
      ["Texts embedded", ...cells(({ texts }) => number(texts))],
      [
        "Read units, source and target",
        ...cells(({ readUnits }) => `${number(readUnits.source)}, ${number(readUnits.target)}`),
      ],
      ["Egress that is billed", ...cells(({ egressBytes }) => `${(egressBytes / 1e6).toFixed(1)} MB`)],
    ]),
    cost ? `<p><small>${escaped(cost.basis)}</small></p>` : "",
  ];
}

const knownWords = {
  recall1: "First hit is right, source and target",
  recallK: "Recall at k",
  reciprocalRank: "Mean reciprocal rank",
  ndcg: "nDCG",
};
const latency = ({ latency: found }: GateIndex) => (found ? `${ms(found.p50)}, ${ms(found.p95)}` : "not measured");
const twice = ({ unsteady, askedTwice }: GateIndex) => `${unsteady} of ${askedTwice}`;
const uses = ({ uses: found }: GateIndex) =>
  found === null ? "not told by the store" : found.index === null ? "none: every row is read" : escaped(found.index);
const rows = (lines: readonly (readonly string[])[]) =>
  `<table>${lines.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`).join("")}</table>`;

function lost({ questions }: GateDetail, result: GateResult): string {
  const ids = (list: readonly string[]) => list.map((id) => `<code>${escaped(id)}</code>`).join("<br>");
  return rows([
    ["Question", "Overlap", "Source", "Target"],
    ...result.lost.map(({ question, overlap, source, target }) => {
      const asked = questions[question];
      const words = asked?.text ?? (asked?.record ? `Like ${asked.record}` : "A vector");
      return [
        `${escaped(words)}${asked?.expected.length ? `<br><small>expects ${ids(asked.expected)}</small>` : ""}`,
        percent(overlap),
        ids(source),
        ids(target),
      ];
    }),
  ]);
}

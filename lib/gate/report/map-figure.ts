import type { GateMap, MapState } from "@/lib/shapes/cut-over/gate-map";
import { escaped } from "./plots";

/** Signs beside colours: nobody has to tell two colours apart. */
const signs = ["●", "■", "▲", "◆", "✚", "✖", "★", "○"];
const colours = ["#2f7d6f", "#b3541e", "#5b5fc7", "#a03b7e", "#7a6a00", "#2b6cb0", "#5f6670", "#9aa2ab"];
const other = signs.length - 1;

const states: Record<MapState, { sign: string; colour: string; words: string }> = {
  found: { sign: "●", colour: "#2f7d6f", words: "found" },
  lost: { sign: "✖", colour: "#c0392b", words: "lost" },
  missing: { sign: "■", colour: "#b3541e", words: "missing in the target" },
  "only-target": { sign: "◆", colour: "#5b5fc7", words: "only in the target" },
  "not-asked": { sign: "○", colour: "#9aa2ab", words: "not asked for" },
};

const style = `.map input{position:absolute;opacity:0}.map label{margin-right:12px;cursor:pointer;text-decoration:underline}.map .panels{display:flex;flex-wrap:wrap;gap:16px}
.map figure{flex:1 1 320px;margin:8px 0}.map .by,.map .rec{display:none}.map .rec:target{display:block;border:1px solid currentColor;border-radius:6px;padding:8px 12px}
.map a{text-decoration:none;cursor:pointer}.map a:hover text{font-size:20px}.map svg{border:1px solid #8884;border-radius:6px}.map input:focus-visible+label{outline:2px solid}`;

type Drawn = GateMap["points"][number];
type Way = {
  name: string;
  of(point: Drawn): { sign: string; colour: string };
  legend: { sign: string; colour: string; words: string }[];
};

/** Both sides of the sample beside each other: coloured by a choice, each point with a way to its record. Without a line of script. */
export function mapFigure(map: GateMap): string {
  const ways = waysOf(map);
  const chosen = ways
    .map(
      (_, at) =>
        `#way${at}:checked~.way${at}{display:block}#way${at}:checked~label[for=way${at}]{font-weight:600;text-decoration:none}`,
    )
    .join("");
  const inputs = ways
    .map(
      ({ name }, at) =>
        `<input type="radio" name="way" id="way${at}"${at === 0 ? " checked" : ""}><label for="way${at}">${escaped(name)}</label>`,
    )
    .join("");
  const drawn = ways.map(
    (way, at) =>
      `<div class="by way${at}"><p><small>${way.legend
        .map(({ sign, colour, words }) => `<span style="color:${colour}">${sign}</span> ${escaped(words)}`)
        .join(
          " &nbsp; ",
        )}</small></p><div class="panels">${panel("Source", map, way, ({ source }) => source)}${panel("Target", map, way, ({ target }) => target)}</div></div>`,
  );
  const records = map.points.map((point, at) => record(map, point, at));
  return `<style>${style}${chosen}</style><p><small>${map.points.length} of ${map.of.toLocaleString("en-US")} records, by the two directions in which they differ most (${shown(map)}). ${
    map.shared ? "Both sides lie in one plane." : "Each model has a plane of its own, turned to be alike."
  } A point leads to its record.</small></p><div class="map">Coloured by ${inputs}${drawn.join("")}<div aria-live="polite">${records.join("")}</div></div>`;
}

const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
const shown = ({ shows: { source, target } }: GateMap) =>
  [
    source === null ? [] : [`${percent(source)} of the variance of the source`],
    target === null ? [] : [`${percent(target)} of the target`],
  ]
    .flat()
    .join(", ");

function waysOf({ keys, points }: GateMap): Way[] {
  const present = new Set(points.map(({ state }) => state));
  const look = (at: number | null | undefined) => ({
    sign: signs[at ?? other] ?? "○",
    colour: colours[at ?? other] ?? "#9aa2ab",
  });
  return [
    {
      name: "found and lost",
      of: ({ state }) => states[state],
      legend: Object.entries(states).flatMap(([state, one]) =>
        [...present].some((each) => each === state) ? [one] : [],
      ),
    },
    ...keys.map(
      ({ key, values }, column): Way => ({
        name: key,
        of: (point) => look(point.values[column]),
        legend: [
          ...values.map((words, at) => ({ ...look(at), words })),
          ...(points.some((point) => point.values[column] === null)
            ? [{ ...look(null), words: "another, or none" }]
            : []),
        ],
      }),
    ),
  ];
}

function panel(
  title: string,
  { points }: GateMap,
  way: Way,
  placeOf: (point: Drawn) => [number, number] | null,
): string {
  const marks = points.flatMap((point, at) => {
    const place = placeOf(point);
    if (place === null) return [];
    const { sign, colour } = way.of(point);
    const [x, y] = [(160 + place[0] * 148).toFixed(1), (160 - place[1] * 148).toFixed(1)];
    return [
      `<a href="#r${at}"><text x="${x}" y="${y}" style="fill:${colour}" text-anchor="middle" dominant-baseline="central">${sign}<title>${escaped(point.id)}</title></text></a>`,
    ];
  });
  return `<figure><figcaption>${title}</figcaption><svg viewBox="0 0 320 320" role="group" aria-label="Map of the ${title.toLowerCase()}">${marks.join("")}</svg></figure>`;
}

function record({ keys }: GateMap, { id, namespace, state, values, text }: Drawn, at: number): string {
  const held = keys.flatMap(({ key, values: all }, column) => {
    const value = all[values[column] ?? -1];
    return value === undefined ? [] : [`${escaped(key)}: ${escaped(value)}`];
  });
  return `<div class="rec" id="r${at}"><code>${escaped(id)}</code> in ${escaped(namespace === "" ? "__default__" : namespace)}, ${states[state].words}${
    held.length > 0 ? `<br><small>${held.join(" · ")}</small>` : ""
  }<br>${escaped(text)}</div>`;
}

"use client";

import { useState } from "react";
import { Field, Select } from "@/components/ui/field";
import { Identifier, NamespaceName } from "@/components/ui/identifier";
import { Link } from "@/components/ui/link";
import { Section } from "@/components/ui/page-head";
import { countWords } from "@/components/words/figures";
import type { GateMap, MapState } from "@/lib/shapes/cut-over/gate-map";
import { namespaceHref } from "@/lib/shapes/namespaces/namespace-address";

type Drawn = GateMap["points"][number];
type Look = { sign: string; colour: string };

/** Signs beside colours: nobody has to tell two colours apart. */
const looks: readonly Look[] = [
  { sign: "●", colour: "fill-accent text-accent" },
  { sign: "■", colour: "fill-attention text-attention" },
  { sign: "▲", colour: "fill-orphan text-orphan" },
  { sign: "◆", colour: "fill-create text-create" },
  { sign: "✚", colour: "fill-problem text-problem" },
  { sign: "✖", colour: "fill-done text-done" },
  { sign: "★", colour: "fill-ink text-ink" },
];
const otherLook: Look = { sign: "○", colour: "fill-quiet text-quiet" };
const stateLooks: Record<MapState, Look & { words: string }> = {
  found: { sign: "●", colour: "fill-accent text-accent", words: "Found" },
  lost: { sign: "✖", colour: "fill-problem text-problem", words: "Lost" },
  missing: { sign: "■", colour: "fill-attention text-attention", words: "Missing in the target" },
  "only-target": { sign: "◆", colour: "fill-orphan text-orphan", words: "Only in the target" },
  "not-asked": { ...otherLook, words: "Not asked for" },
};
const states = ["found", "lost", "missing", "only-target", "not-asked"] as const;

/** A sample of both sides laid into a plane: near there is near here. A point opens its record. */
export function RecordMap({ map }: { map: GateMap }) {
  const [by, setBy] = useState(-1);
  const [open, setOpen] = useState<Drawn | null>(null);
  const chosen = map.keys[by];
  const lookOf = ({ state, values }: Drawn): Look => {
    if (!chosen) return stateLooks[state];
    const value = values[by] ?? null;
    return (value === null ? undefined : looks[value]) ?? otherLook;
  };
  const legend = chosen
    ? [
        ...chosen.values.map((words, at) => ({ ...(looks[at] ?? otherLook), words })),
        { ...otherLook, words: "Another, or none" },
      ]
    : states.flatMap((state) => (map.points.some((point) => point.state === state) ? [stateLooks[state]] : []));
  const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
  const shows = [
    ...(map.shows.source === null ? [] : [`${percent(map.shows.source)} of what sets the source's apart`]),
    ...(map.shows.target === null ? [] : [`${percent(map.shows.target)} of the target's`]),
  ].join(", ");
  return (
    <Section
      title="Map"
      note={`${countWords(map.points.length)} of ${countWords(map.of)} records by their two principal components: ${shows}`}
      className="mt-6"
    >
      <div className="rounded-md border border-line bg-surface p-4">
        <div className="mb-3 flex flex-wrap items-end gap-x-6 gap-y-2">
          <Field label="Coloured by">
            {(props) => (
              <Select {...props} value={by} onChange={(event) => setBy(Number(event.target.value))}>
                <option value={-1}>Found and lost</option>
                {map.keys.map(({ key }, at) => (
                  <option key={key} value={at}>
                    {key}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <ul aria-label="Legend" className="flex flex-wrap gap-x-4 gap-y-1 pb-1.5 text-xs">
            {legend.map(({ sign, colour, words }) => (
              <li key={words} className="inline-flex max-w-60 items-center gap-1.5">
                <span aria-hidden className={colour}>
                  {sign}
                </span>
                <span className="truncate">{words}</span>
              </li>
            ))}
          </ul>
        </div>
        <div className="grid gap-4 md:grid-cols-2">
          <Panel name="Source" points={map.points} side="source" lookOf={lookOf} open={open} onOpen={setOpen} />
          <Panel name="Target" points={map.points} side="target" lookOf={lookOf} open={open} onOpen={setOpen} />
        </div>
        <p className="mt-2 text-xs text-quiet">
          {map.shared
            ? "Both sides lie in one plane."
            : "Each model has a plane of its own, turned to be alike: compare what lies beside what, not where."}
        </p>
        <div aria-live="polite">{open && <Opened point={open} keys={map.keys} />}</div>
      </div>
    </Section>
  );
}

function Panel({
  name,
  points,
  side,
  lookOf,
  open,
  onOpen,
}: {
  name: string;
  points: readonly Drawn[];
  side: "source" | "target";
  lookOf(point: Drawn): Look;
  open: Drawn | null;
  onOpen(point: Drawn): void;
}) {
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 text-xs text-quiet">{name}</figcaption>
      {/* biome-ignore lint/a11y/useSemanticElements: HTML's fieldset doesn't group parts of a picture. */}
      <svg
        viewBox="0 0 320 320"
        role="group"
        aria-label={`Map of the ${name.toLowerCase()}`}
        className="w-full rounded-sm border border-line"
      >
        {points.map((point, index) => {
          const place = point[side];
          if (place === null) return null;
          const { sign, colour } = lookOf(point);
          const is = open === point;
          return (
            // biome-ignore lint/a11y/useSemanticElements: HTML's button doesn't stand in SVG.
            <g
              key={`${point.namespace} ${point.id}`}
              role="button"
              tabIndex={is || (open === null && index === 0) ? 0 : -1}
              aria-label={`${point.id}, ${stateLooks[point.state].words}`}
              aria-pressed={is}
              className={`cursor-pointer ${colour}`}
              transform={`translate(${160 + place[0] * 148} ${160 - place[1] * 148})`}
              onClick={() => onOpen(point)}
              onKeyDown={(event) => {
                if (event.key === "Enter" || event.key === " ") {
                  event.preventDefault();
                  onOpen(point);
                }
                const { nextElementSibling: next, previousElementSibling: last } = event.currentTarget;
                const to = event.key === "ArrowRight" ? next : event.key === "ArrowLeft" ? last : null;
                if (to instanceof SVGElement) to.focus();
              }}
            >
              {is && <circle r={9} className="fill-none stroke-ink" strokeWidth={1.5} />}
              <text textAnchor="middle" dominantBaseline="central" fontSize={9}>
                {sign}
              </text>
            </g>
          );
        })}
      </svg>
    </figure>
  );
}

function Opened({ point, keys }: { point: Drawn; keys: GateMap["keys"] }) {
  const { id, namespace, state, text, values } = point;
  const held = keys.flatMap(({ key, values: all }, at) => {
    const value = all[values[at] ?? -1];
    return value === undefined ? [] : [`${key}=${value}`];
  });
  return (
    <div className="mt-3 grid gap-1 border-t border-line pt-3">
      <p className="flex flex-wrap items-baseline gap-x-3">
        <Identifier text={id} />
        <span className="text-xs text-quiet">
          <NamespaceName name={namespace} />, {stateLooks[state].words.toLowerCase()}
        </span>
        <Link
          href={namespaceHref(namespace, id)}
          className="rounded-sm text-sm text-accent underline underline-offset-2"
        >
          Open the record
        </Link>
      </p>
      {held.length > 0 && <p className="font-mono text-xs wrap-anywhere text-quiet">{held.join("  ")}</p>}
      {text !== "" && <p className="text-sm wrap-anywhere">{text}</p>}
    </div>
  );
}

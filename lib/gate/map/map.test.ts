import { expect, it } from "vitest";
import { gateMapSchema } from "@/lib/shapes/cut-over/gate-map";
import { mapFigure } from "../report/map-figure";
import { changed, copies, gate, remade, store } from "../run-gate-world.suite";
import { planeOf, turned } from "./plane";

it("lays vectors into the plane in which they differ most, and turns a second plane alike", () => {
  // Along two directions of forty, the first with nine times the variance; and a little beside them.
  const spread = Array.from({ length: 60 }, (_, row) => {
    const [a, b] = [3 * Math.sin(row * 1.3), Math.cos(row * 2.1)];
    return Array.from(
      { length: 40 },
      (_each, at) => 5 + a * Number(at === 7) + b * Number(at === 30) + 0.01 * Math.sin(row * at),
    );
  });
  const plane = planeOf(spread);
  expect(plane?.shows).toBeGreaterThan(0.99);
  const places = spread.map((values) => plane?.at(values) ?? [0, 0]);
  const related = (of: (place: [number, number]) => number, at: number) => {
    const [x, y] = [
      places.map((place) => of([place[0] ?? 0, place[1] ?? 0])),
      spread.map((values) => (values[at] ?? 0) - 5),
    ];
    const dot = (l: number[], r: number[]) => l.reduce((sum, value, each) => sum + value * (r[each] ?? 0), 0);
    return Math.abs(dot(x, y)) / Math.sqrt(dot(x, x) * dot(y, y));
  };
  expect(related(([x]) => x, 7)).toBeGreaterThan(0.98);
  expect(related(([, y]) => y, 30)).toBeGreaterThan(0.98);
  const pairs = places.map(([x = 0, y = 0]) => ({
    source: [x, y] as [number, number],
    target: [-y, x] as [number, number],
  }));
  const turn = turned(pairs);
  for (const { source, target } of pairs) {
    const [x, y] = turn(target);
    expect([x, y]).toEqual([expect.closeTo(source[0]), expect.closeTo(source[1])]);
  }
  expect(
    planeOf([
      [1, 2],
      [1, 2],
      [1, 2],
      [1, 2],
    ]),
  ).toBeNull();
  expect(planeOf(spread.slice(0, 2))).toBeNull();
});

it("draws a sample of both sides, bounded and by the seed, with what was found and lost and what is missing", async () => {
  const topics = (namespaces: typeof copies) =>
    changed((record, at) => ({ ...record, metadata: { ...record.metadata, topic: `<b>${at % 3}` } }), namespaces);
  const lacking = topics(copies);
  const target = { ...lacking, a: lacking.a?.slice(1) ?? [] };
  const { result } = await gate(store("target", target), { sourceStore: store("source", topics(copies)) });
  const map = gateMapSchema.parse(result.map);
  expect(map).toMatchObject({ of: 210, shared: true, shows: { source: expect.any(Number), target: null } });
  expect(map.points.length).toBeLessThanOrEqual(200);
  expect(map.keys).toContainEqual({ key: "topic", values: ["<b>0", "<b>1", "<b>2"] });
  const states = new Set(map.points.map(({ state }) => state));
  expect([...states].sort()).toEqual(expect.arrayContaining(["found", "not-asked"]));
  for (const point of map.points.filter(({ state }) => state === "found")) expect(point.target).toEqual(point.source);
  const again = await gate(store("target", target), { sourceStore: store("source", topics(copies)) });
  expect(again.result.map).toEqual(map);
  const html = mapFigure(map);
  expect(html).not.toContain("<b>");
  expect(html).not.toContain("<script");
  // Each point leads to a record that is there.
  const led = [...html.matchAll(/href="#(r\d+)"/g)].map(([, id]) => id);
  expect(new Set(led).size).toBe(map.points.length);
  for (const id of new Set(led)) expect(html).toContain(`<div class="rec" id="${id}">`);
});

it("gives each model a plane of its own, and marks as lost what the target doesn't find any more", async () => {
  const shuffled = changed((record, at, of) => ({ ...record, values: of[(at + 1) % of.length]?.values ?? [] }), remade);
  const { result } = await gate(store("target", shuffled), { reembedded: true });
  expect(result.map).toMatchObject({
    shared: false,
    shows: { source: expect.any(Number), target: expect.any(Number) },
  });
  const lost = result.map?.points.filter(({ state }) => state === "lost") ?? [];
  expect(lost.length).toBeGreaterThan(5);
  expect(
    (await gate(store("target", remade), { reembedded: true })).result.map?.points.some(
      ({ state }) => state === "lost",
    ),
  ).toBe(false);
});

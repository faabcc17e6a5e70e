import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const css = readFileSync(path.join(import.meta.dirname, "../../app/globals.css"), "utf8");
const pairs = new Map(
  [...css.matchAll(/--color-([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(([, name, light, dark]) => [
    name ?? "",
    { light: light ?? "", dark: dark ?? "" },
  ]),
);

function colour(name: string, theme: "light" | "dark"): string {
  const pair = pairs.get(name);
  if (!pair) throw new Error(`No colour pair named ${name}.`);
  return pair[theme];
}

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Degrees on the wheel of HSL. */
function hueOf(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  const most = Math.max(red, green, blue);
  const span = most - Math.min(red, green, blue);
  const sixth =
    most === red ? (green - blue) / span : most === green ? (blue - red) / span + 2 : (red - green) / span + 4;
  return (sixth * 60 + 360) % 360;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const parts = ["done", "unchanged", "create", "update", "orphan", "problem", "attention"];
/** Degrees that each hue lies between. */
const hues = [
  { names: ["done", "unchanged"], from: 115, to: 155 },
  { names: ["create", "update"], from: 205, to: 225 },
  { names: ["orphan"], from: 250, to: 275 },
  { names: ["problem"], from: 350, to: 20 },
  { names: ["attention"], from: 30, to: 50 },
];
const grounds = ["canvas", "surface", "raised", "sunken"];

describe.each(["light", "dark"] as const)("the %s palette", (theme) => {
  it.each([...parts, "ink", "quiet", "accent"])("reads %s as text on every ground", (name) => {
    for (const ground of grounds)
      expect(contrast(colour(name, theme), colour(ground, theme)), `${name} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  });

  it.each(parts)("shows the area of %s against every ground", (name) => {
    for (const ground of grounds)
      expect(
        contrast(colour(`${name}-area`, theme), colour(ground, theme)),
        `${name} on ${ground}`,
      ).toBeGreaterThanOrEqual(3);
  });

  it("keeps one hue for what is done, one for what is to do, and one for each of the others", () => {
    for (const { names, from, to } of hues)
      for (const name of names.flatMap((each) => [each, `${each}-area`])) {
        const at = hueOf(colour(name, theme));
        expect(from < to ? at >= from && at <= to : at >= from || at <= to, `${name}: ${at.toString()}`).toBe(true);
      }
  });

  it("shows the borders of controls and reads the text of buttons", () => {
    for (const ground of ["canvas", "surface", "raised"])
      expect(contrast(colour("control", theme), colour(ground, theme))).toBeGreaterThanOrEqual(3);
    expect(contrast(colour("on-accent", theme), colour("accent-fill", theme))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colour("on-accent", theme), colour("accent-strong", theme))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colour("ink", theme), colour("accent-wash", theme))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colour("quiet", theme), colour("accent-wash", theme))).toBeGreaterThanOrEqual(4.5);
  });
});

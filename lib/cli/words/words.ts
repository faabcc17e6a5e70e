import { visible } from "@/lib/text/visible-text";

/** Numbers, money, time and names as the command line prints them. */

/** A name from outside, safe on a terminal: control characters are shown as escapes. The default namespace is `__default__`. */
export function name(text: string): string {
  if (text === "") return "__default__";
  return visible(text);
}

/** A name that there may be none of. */
export function nameIfAny(text: string | null | undefined): string {
  return text ? name(text) : "–";
}

export function number(value: number): string {
  return value.toLocaleString("en-US");
}

/** `1 namespace`, `1,204 namespaces`. */
export function counted(value: number, singular: string, plural = `${singular}s`): string {
  return `${number(value)} ${value === 1 ? singular : plural}`;
}

/** US dollars to two significant digits. */
export function money(usd: number): string {
  if (usd === 0) return "$0";
  const rounded = Number(usd.toPrecision(2));
  if (rounded >= 10) return `$${rounded.toLocaleString("en-US", { maximumFractionDigits: 0 })}`;
  if (rounded >= 0.01) return `$${rounded.toFixed(2)}`;
  return `$${rounded.toLocaleString("en-US", { maximumSignificantDigits: 2, maximumFractionDigits: 12 })}`;
}

const unitSeconds = [
  ["d", 86_400],
  ["h", 3600],
  ["min", 60],
] as const;

/** `18 s`, `4 min 10 s`, `2 h 5 min`, `3 d 4 h`: the two largest units. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  for (const [place, [unit, size]] of unitSeconds.entries()) {
    if (whole < size) continue;
    const [smaller, smallerSize] = unitSeconds[place + 1] ?? ["s", 1];
    const rest = Math.floor((whole % size) / smallerSize);
    return `${Math.floor(whole / size)} ${unit}${rest > 0 ? ` ${rest} ${smaller}` : ""}`;
  }
  return `${whole} s`;
}

/** `1.2 MB`, powers of 1,000. */
export function bytes(value: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let scaled = value;
  let place = 0;
  while (scaled >= 1000 && place < units.length - 1) {
    scaled /= 1000;
    place += 1;
  }
  return `${place === 0 ? number(scaled) : scaled.toFixed(scaled < 10 ? 1 : 0)} ${units[place]}`;
}

/** A count; `about` when it comes from statistics that may lag; `-` when the namespace isn't there. */
export function count(value: { value: number; exact: boolean } | null): string {
  if (value === null) return "-";
  return value.exact ? number(value.value) : `~${number(value.value)}`;
}

/** `2026-11-20 14:02:07`, local time. */
export function moment(iso: string | null): string {
  return iso === null ? "-" : new Date(iso).toLocaleString("sv-SE");
}

/** A state in words: `succeeded with findings`. */
export function state(text: string): string {
  return text.replaceAll("-", " ");
}

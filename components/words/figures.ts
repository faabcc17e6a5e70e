const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** A whole number with its thousands separated; never abbreviated. */
export function countWords(value: number): string {
  return grouped.format(value);
}

/** `1 record`, `1,204 records`. */
export function manyWords(value: number, one: string, many = `${one}s`): string {
  return `${countWords(value)} ${value === 1 ? one : many}`;
}

/** US dollars to two significant digits: `$0`, `$0.0042`, `$0.19`, `$4.20`, `$1,200`. */
export function moneyWords(usd: number): string {
  if (usd === 0) return "$0";
  if (usd < 0.0001) return "less than $0.0001";
  const size = Math.floor(Math.log10(usd));
  const decimals = Math.min(6, Math.max(0, 1 - size));
  const rounded = usd >= 100 ? Number(usd.toPrecision(2)) : usd;
  const digits = size >= 0 && decimals > 0 ? 2 : decimals;
  return `$${new Intl.NumberFormat("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
    size >= 0 && usd < 100 ? Number(usd.toPrecision(2)) : rounded,
  )}`;
}

/** An estimated amount: `about $0.19`, and of next to nothing `less than $0.0001`. */
export function aboutMoneyWords(usd: number): string {
  const words = moneyWords(usd);
  return usd === 0 || words.startsWith("less") ? words : `about ${words}`;
}

const units = ["bytes", "kB", "MB", "GB", "TB"];

/** Bytes in powers of 1,000, to three digits: `512 bytes`, `4.21 MB`. */
export function bytesWords(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 ? countWords(value) : value.toPrecision(3)} ${units[power] ?? ""}`;
}

/** A time span in its two largest units: `850 ms`, `18 s`, `4 min 10 s`, `2 h 5 min`, `3 d 4 h`. */
export function durationWords(seconds: number): string {
  if (seconds > 0 && seconds < 1) return `${Math.max(1, Math.round(seconds * 1000)).toString()} ms`;
  const whole = Math.round(seconds);
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400), "d"],
    [Math.floor((whole % 86_400) / 3600), "h"],
    [Math.floor((whole % 3600) / 60), "min"],
    [whole % 60, "s"],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  if (first === -1) return "0 s";
  return parts
    .slice(first, first + 2)
    .filter(([value], at) => at === 0 || value > 0)
    .map(([value, unit]) => `${countWords(value)} ${unit}`)
    .join(" ");
}

/** A share of a whole as a per cent that never says 100 before it is, nor 0 after it began. */
export function percentWords(part: number, whole: number): string {
  if (whole <= 0 || part <= 0) return "0%";
  if (part >= whole) return "100%";
  const percent = (part / whole) * 100;
  if (percent < 1) return "less than 1%";
  return `${Math.floor(percent).toString()}%`;
}

/** The shares of all parts of a whole, rounded so that they add up to 100%; a part that rounds to nothing is "<1%". */
export function sharesWords(parts: readonly number[]): string[] {
  const whole = parts.reduce((sum, part) => sum + part, 0);
  if (whole <= 0) return parts.map(() => "0%");
  const exact = parts.map((part) => (part / whole) * 100);
  const missing = 100 - exact.reduce((sum, share) => sum + Math.floor(share), 0);
  const byRest = exact.map((share, at) => ({ at, rest: share % 1 })).sort((one, other) => other.rest - one.rest);
  const raised = new Set(byRest.slice(0, Math.round(missing)).map(({ at }) => at));
  return exact.map((share, at) => {
    const percent = Math.floor(share) + (raised.has(at) ? 1 : 0);
    return percent === 0 && share > 0 ? "<1%" : `${percent.toString()}%`;
  });
}

/** The default namespace has no name. */
export function namespaceWords(name: string): string {
  return name === "" ? "(default namespace)" : name;
}

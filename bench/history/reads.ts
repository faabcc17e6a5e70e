export const limitMs = 100;
const say = (text: string) => process.stdout.write(`${text}\n`);

async function timed(url: string): Promise<number> {
  const begun = performance.now();
  const answer = await fetch(url);
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return performance.now() - begun;
}

/** Pages and answers over a history whose last run is `last`. */
export const readsOf = (last: string) => [
  "/api/v1/overview",
  "/api/v1/runs?limit=50",
  "/api/v1/runs?limit=50&search=customer-17",
  `/api/v1/runs/${last}`,
  `/api/v1/runs/${last}/detail`,
  `/api/v1/runs/${last}/findings`,
  `/api/v1/runs/${last}/findings?search=chunk_77`,
  `/api/v1/runs/${last}/log`,
  "/api/v1/attention",
  "/api/v1/fleet",
  "/api/v1/history",
  "/",
  "/runs",
  `/runs/${last}`,
  "/attention",
  "/configuration",
];

/** Asks each `rounds` times and prints median and p95. Turns are taken, so that a bad second of the machine hits all of them. */
export async function table(title: string, origin: string, paths: readonly string[], rounds: number): Promise<void> {
  const times = new Map(paths.map((path) => [path, [] as number[]]));
  for (const path of paths) await timed(origin + path);
  for (let round = 0; round < rounds; round++)
    for (const [path, taken] of times) taken.push(await timed(origin + path));
  say(`\n${title}; ${rounds} times each. Median and p95 in ms (limit of p95: ${limitMs}).`);
  for (const [path, taken] of times) {
    taken.sort((one, other) => one - other);
    const at = (share: number) => taken[Math.min(taken.length - 1, Math.floor(taken.length * share))] ?? 0;
    const over = at(0.95) > limitMs;
    if (over) process.exitCode = 1;
    say(
      `${path.padEnd(48)}${at(0.5).toFixed(1).padStart(9)}${at(0.95).toFixed(1).padStart(9)}${over ? "  over the limit" : ""}`,
    );
  }
}

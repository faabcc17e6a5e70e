import { z } from "zod";
import { emptyTarget, namespace, startServices } from "../services";
import { withPortage } from "./portage";

const requestsPerMinute = 3000;
const countersSchema = z.object({
  embedded: z.object({ texts: z.number() }),
  scopes: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({ calls: z.number(), statuses: z.record(z.string(), z.number()).optional() }).loose(),
    ),
  ),
});

/** How much of a quota is used in a minute, and how many calls are refused. */
export async function quota(): Promise<string> {
  const services = await startServices({ records: 4 * requestsPerMinute, requestsPerMinute });
  const target = await emptyTarget(services);
  const read = async () =>
    countersSchema.parse(await (await fetch(`${services.gemini.url}/__sandbox/counters`)).json());
  const environment = { GEMINI_REQUESTS_PER_MINUTE: String(requestsPerMinute) };
  const result = await withPortage(services, target, environment, async (go) => {
    const run = go([namespace], 4 * requestsPerMinute);
    run.catch(() => {});
    // The first texts start the clock, so that opening the run doesn't count as quota left unused.
    while ((await read()).embedded.texts === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 60_000));
    return read();
  });
  await services.close();
  const texts = result.embedded.texts;
  return `  ${texts.toLocaleString("en-US")} of ${requestsPerMinute.toLocaleString("en-US")} used: ${((texts / requestsPerMinute) * 100).toFixed(1)} % (wanted: at least 97 %); ${JSON.stringify(result.scopes)}`;
}

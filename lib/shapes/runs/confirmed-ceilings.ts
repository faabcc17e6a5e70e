import type { Ceilings } from "./ceilings";

const dollars = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", maximumFractionDigits: 9 });

/** A ceiling of money as it was set, to the last digit: `$12.35`. */
export function ceilingDollars(usd: number): string {
  return dollars.format(usd);
}

/** A tenth above the estimate. */
const shareOfEstimate = 1.1;

/**
 * How far a run may go that carries out a confirmed estimate, where nobody says otherwise: texts that grew meanwhile must not cost what
 * nobody confirmed. Texts are the estimate's own, which are counted. Money is a tenth above it, rounded up to two digits, as amounts are
 * shown: tokens are estimated from the length of texts, records are charged by the whole KB, and a batch that is read a second time costs
 * a little that was not foreseen. Where vectors are copied reads may be all that is paid for, and those of one namespace's read-back check, which
 * isn't in the estimate, come before the next one's batches: they have as much room again. Without that many runs would pause near their end.
 * Records need no ceiling: none is written without a text of the estimate; where vectors are copied nothing is embedded, and there is nothing to
 * be kept within.
 */
export function confirmedCeilings({
  estimate,
}: {
  estimate: { texts: number; usd: { total: number; reads: number } };
}): Ceilings {
  const { texts, usd } = estimate;
  return {
    maxUsd: usd.total > 0 ? roundedUp((usd.total + (texts === 0 ? usd.reads : 0)) * shareOfEstimate) : null,
    maxTexts: texts > 0 ? texts : null,
    maxRecords: null,
    maxEgress: null,
  };
}

/** An average says little of one text: twice what it comes to, and a cent at least. */
const shareOfAverage = 2;
const leastUsd = 0.01;

/** How far a retry of findings may go, where nobody says otherwise: the texts that were named, and the money with room for longer ones. */
export function retryCeilings({ texts, usd }: { texts: number; usd: number | null }): Ceilings {
  const maxUsd = usd === null || usd === 0 ? null : Math.max(leastUsd, roundedUp(usd * shareOfAverage));
  return { maxUsd, maxTexts: texts, maxRecords: null, maxEgress: null };
}

/** To two significant digits. What has no more of them, but for the arithmetic's last bits, stays as it is. */
function roundedUp(usd: number): number {
  const step = 10 ** (Math.floor(Math.log10(usd)) - 1);
  return Number((Math.ceil(usd / step - 1e-6) * step).toPrecision(2));
}

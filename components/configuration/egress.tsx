"use client";

import { Section } from "@/components/ui/page-head";
import { bytesWords } from "@/components/words/figures";
import type { Egress as EgressFigures } from "@/lib/shapes/overview";

/** What runs read this month that vector stores bill, against what the plan includes. */
export function Egress({ egress: { bytes, freeGb } }: { egress: EgressFigures }) {
  const over = bytes > freeGb * 1e9;
  return (
    <Section
      title="Egress"
      note="Bytes of answers that vector stores bill, read by Portage's runs (analyses and verifications, too) since the first of the month (UTC). Searches, gates, looking at records and what else reads your indexes aren't in it."
    >
      <p className="text-sm">
        Egress this month <span className="figures">{bytesWords(bytes)}</span> of{" "}
        <span className="figures">{freeGb.toLocaleString("en-US")} GB</span> free
        {over ? ": more than your plan includes." : "."}
      </p>
    </Section>
  );
}

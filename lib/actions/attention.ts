import { z } from "zod";
import type { Overview, Shore } from "@/lib/shapes/overview";
import type { Run } from "@/lib/shapes/run";
import { amount } from "./columns";
import type { Context } from "./context";
import { scheduleAttention } from "./schedule-attention";

type Attention = Overview["attention"][number];

function ofShores(ctx: Context, source: Shore, target: Shore): Attention[] {
  const items: Attention[] = [];
  for (const [side, shore] of [["source", source] as const, ["target", target] as const]) {
    if (shore.problem === null) continue;
    const missingTarget = side === "target" && shore.state === "missing";
    items.push({
      level: missingTarget || shore.state === "not-ready" ? "warn" : "error",
      what: `${side === "source" ? "Source" : "Target"}: ${shore.problem}`,
      next: missingTarget
        ? `Create it with dimension ${ctx.embedder.space.dimension}: here, or with \`portage doctor --create-target\`.`
        : "Check the connections.",
      href: "/configuration",
    });
  }
  if (target.dimension !== null && target.dimension !== ctx.embedder.space.dimension) {
    items.push({
      level: "error",
      what: `The target takes vectors of dimension ${target.dimension}, the embedder makes ${ctx.embedder.space.dimension}.`,
      next: "Set GEMINI_OUTPUT_DIMENSIONS or PINECONE_NEW_INDEX so that they agree.",
      href: "/configuration",
    });
  }
  return items;
}

function ofRuns(runs: readonly Run[]): Attention[] {
  return runs.flatMap((run): Attention[] => {
    const href = `/runs/${run.id}`;
    if (run.state === "failed") {
      return [
        {
          level: "error",
          what: run.error?.what ?? `Run ${run.id} failed.`,
          next: "Resume the run once the cause is mended.",
          href,
        },
      ];
    }
    if (run.state === "waiting") {
      return [
        {
          level: "warn",
          what: `Run ${run.id} waits for ${run.waitingFor ?? "a service"}.`,
          next: "It goes on by itself.",
          href,
        },
      ];
    }
    if (run.state === "paused") {
      return [{ level: "warn", what: `Run ${run.id} is paused.`, next: "Resume it when you want it to go on.", href }];
    }
    if (run.verified.failed > 0) {
      return [
        {
          level: "error",
          what: `${run.verified.failed} namespaces of run ${run.id} did not pass the read-back check.`,
          next: "Look at their verdicts.",
          href,
        },
      ];
    }
    const { skipped, failed, drifted } = run.findings;
    if (run.state === "succeeded-with-findings" && failed + drifted + skipped > 0) {
      return [
        {
          level: "warn",
          ...wordsForFindings(run, failed + drifted + skipped),
          href,
        },
      ];
    }
    return [];
  });
}

function wordsForFindings({ id, kind }: Run, findings: number): Pick<Attention, "what" | "next"> {
  const records = findings === 1 ? "1 record" : `${findings.toLocaleString("en-US")} records`;
  if (kind === "plan")
    return { what: `Run ${id} found ${records} that would be skipped.`, next: "See why, before its plan is applied." };
  return { what: `Run ${id} left out ${records}.`, next: "See its findings; retry those whose cause is mended." };
}

/** What an operator should look at: connections, blocked quotas, plans that wait, the latest runs, in this order. */
export async function readAttention(
  ctx: Context,
  source: Shore,
  target: Shore,
  runs: readonly Run[],
): Promise<Attention[]> {
  const blocked = await ctx.database.rows(
    z.object({ blockedFor: z.string().nullable(), blockedUntil: amount }),
    `SELECT "blockedFor", "blockedUntil" FROM "Quota" WHERE "blockedUntil" > extract(epoch FROM now()) * 1000 + 5000 ORDER BY "key"`,
  );
  return [
    ...ofShores(ctx, source, target),
    ...blocked.map(
      (quota): Attention => ({
        level: "warn",
        what: `Waiting for ${quota.blockedFor ?? "a quota"} until ${new Date(quota.blockedUntil).toISOString()}.`,
        next: "Runs go on by themselves then.",
        href: "/runs",
      }),
    ),
    ...(await scheduleAttention(ctx)),
    ...ofRuns(runs),
  ];
}

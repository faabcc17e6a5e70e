import { z } from "zod";
import type { Check } from "@/lib/shapes/overview";
import { amount } from "../answers/columns";
import type { Context } from "../verbs/context";
import { timed } from "./check-timing";

const number = (value: number) => value.toLocaleString("en-US");

/** Portage's own database, and whether anybody works. */
export async function checkDatabase(ctx: Context): Promise<Check[]> {
  const asked = await timed(() =>
    ctx.database.rows(
      z.object({ version: z.string(), workers: amount }),
      `SELECT current_setting('server_version') AS version,
         (SELECT count(*) FROM "WorkerBeat" WHERE "seenAt" > now() - interval '30 seconds')::float8 AS workers`,
    ),
  );
  const { kind } = ctx.database;
  const named = { name: "database", service: "Database", latencyMs: asked.latencyMs };
  const [row] = asked.ok ? asked.value : [];
  if (!row) {
    if (!asked.ok) ctx.log.error({ error: asked.error }, "The database could not be asked.");
    const next =
      kind === "server" ? "Check DATABASE_URL and that the server runs." : "Check PORTAGE_DATA_DIR and the disk.";
    return [{ ...named, state: "error", words: "The database doesn't answer.", next }];
  }
  const workers =
    row.workers > 0
      ? `${number(row.workers)} active.`
      : "None is running now; the server and commands that write bring their own.";
  return [
    {
      ...named,
      state: "ok",
      words: `${kind === "server" ? "PostgreSQL" : "Embedded PostgreSQL"} ${row.version}.`,
      next: null,
    },
    {
      name: "workers",
      service: "Database",
      latencyMs: null,
      state: row.workers > 0 ? "ok" : "off",
      words: workers,
      next: null,
    },
  ];
}

/** The embedder's allowance: what is configured, and whether it blocks now. */
export async function checkQuota(ctx: Context): Promise<Check[]> {
  const { requestsPerMinute, tokensPerMinute, requestsPerDay } = ctx.config.gemini.quota;
  const blocked = await ctx.database.rows(
    z.object({ blockedFor: z.string().nullable(), blockedUntil: amount }),
    `SELECT "blockedFor", "blockedUntil" FROM "Quota" WHERE "blockedUntil" > extract(epoch FROM now()) * 1000
     ORDER BY "blockedUntil" DESC LIMIT 1`,
  );
  const day = requestsPerDay === null ? "no daily limit" : `${number(requestsPerDay)} texts a day`;
  const words = `${number(requestsPerMinute)} texts and ${number(tokensPerMinute)} tokens a minute, ${day}.`;
  const named = { name: "quota", service: ctx.embedder.service, latencyMs: null };
  const [block] = blocked;
  if (!block) return [{ ...named, state: "ok", words, next: null }];
  const until = new Date(block.blockedUntil).toISOString();
  return [
    {
      ...named,
      state: "warn",
      words: `${words} Now waiting for ${block.blockedFor ?? "the quota"} until ${until}.`,
      next: "Nothing: runs go on by themselves then.",
    },
  ];
}

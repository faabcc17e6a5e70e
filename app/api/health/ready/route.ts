import { checkReadiness } from "@/lib/actions/connections/check-readiness";
import { answering, probe, refusal } from "../../answers";

export const runtime = "nodejs";
export const dynamic = "force-dynamic";

/** The process can work: its database answers. */
export function GET(request: Request): Promise<Response> {
  return answering(
    request,
    async (ctx) =>
      (await checkReadiness(ctx))
        ? Response.json({ status: "ready" }, { headers: { "cache-control": "no-store" } })
        : refusal(
            503,
            "database-unreachable",
            "The database doesn't answer.",
            "Check DATABASE_URL or the data directory.",
          ),
    probe,
  );
}

import type { QueryClient } from "@tanstack/react-query";
import { runDetailQuery } from "@/components/data/queries";
import type { Run, RunDetail } from "@/lib/shapes/runs/run";

function change(client: QueryClient, id: string, to: (detail: RunDetail) => RunDetail): void {
  client.setQueryData(runDetailQuery(id).queryKey, (detail) => (detail ? to(detail) : detail));
}

/** Puts a run that an action answered where the page reads it, and reads it again: what the stream told meanwhile may be newer than the answer. */
export function keepRun(client: QueryClient, run: Run): void {
  change(client, run.id, (detail) => ({ ...detail, run }));
  void client.invalidateQueries({ queryKey: ["run", run.id] });
}

/**
 * Changes what the page reads of a run by what its stream told. A read that is under way begins again: the server may have answered it before
 * that, and of a run that rests from here on the stream tells nothing more that would mend it.
 */
export function changeAsTold(client: QueryClient, id: string, to: (detail: RunDetail) => RunDetail): void {
  const { queryKey } = runDetailQuery(id);
  change(client, id, to);
  if (client.getQueryState(queryKey)?.fetchStatus === "fetching") void client.refetchQueries({ queryKey, exact: true });
}

import { dehydrate, environmentManager, hydrate, QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, it, onTestFinished } from "vitest";
import { runDetailQuery } from "@/components/data/queries";
import type { Run, RunDetail } from "@/lib/shapes/runs/run";
import { changeAsTold, keepRun } from "./kept-run";

const id = "run-1";
const run = (state: Run["state"]): Run => JSON.parse(JSON.stringify({ id, state }));
const detail = (state: Run["state"]): RunDetail => JSON.parse(JSON.stringify({ run: run(state), samples: [] }));

/** A page that shows a run, and what each of its reads is answered. */
function openPage(first: RunDetail | null = detail("running")) {
  environmentManager.setIsServer(() => false);
  const client = new QueryClient();
  const answers: ((detail: RunDetail) => void)[] = [];
  const query = {
    ...runDetailQuery(id),
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      new Promise<RunDetail>((resolve, reject) => {
        answers.push(resolve);
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
  };
  if (first) client.setQueryData(query.queryKey, first);
  const stop = new QueryObserver(client, { ...query, staleTime: Number.POSITIVE_INFINITY }).subscribe(() => {});
  onTestFinished(stop);
  const shown = () => client.getQueryData(query.queryKey)?.run.state;
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { client, answers, shown, settled };
}

it("shows what the stream told last, whenever an older answer comes", async () => {
  const { client, answers, shown, settled } = openPage();
  keepRun(client, run("pausing"));
  expect([shown(), answers.length]).toEqual(["pausing", 1]);
  // The read was answered before the run was paused; its answer comes after the stream's.
  changeAsTold(client, id, (before) => ({ ...before, run: run("paused") }));
  answers[0]?.(detail("pausing"));
  await settled();
  expect([shown(), answers.length]).toEqual(["paused", 2]);
  answers[1]?.(detail("paused"));
  await settled();
  expect(shown()).toBe("paused");
});

it("keeps what came with the page while a read of it was under way", async () => {
  const { client, answers, shown, settled } = openPage(null);
  expect([shown(), answers.length]).toEqual([undefined, 1]);
  const served = new QueryClient();
  served.setQueryData(runDetailQuery(id).queryKey, detail("running"));
  hydrate(client, dehydrate(served));
  changeAsTold(client, id, (before) => ({ ...before, run: run("succeeded") }));
  await settled();
  expect(shown()).toBe("succeeded");
  answers.at(-1)?.(detail("succeeded"));
  await settled();
  expect(shown()).toBe("succeeded");
});

it("reads a run again whose action was answered after the stream had told more", async () => {
  const { client, answers, shown, settled } = openPage();
  changeAsTold(client, id, (before) => ({ ...before, run: run("paused") }));
  keepRun(client, run("pausing"));
  answers[0]?.(detail("paused"));
  await settled();
  expect(shown()).toBe("paused");
});

"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { runDetailQuery } from "@/components/data/queries";
import { isOf } from "@/components/data/route-address";
import { type Feed, isOver } from "@/components/words/run";
import type { Run, RunEvent, Sample } from "@/lib/shapes/runs/run";
import { changeAsTold } from "./kept-run";

/** What a message of the stream holds: of the server that answers this page, and taken as that. */
function readMessage<T>(event: Event): T | null {
  if (!(event instanceof MessageEvent) || typeof event.data !== "string") return null;
  try {
    return JSON.parse(event.data);
  } catch {
    return null;
  }
}

const linesKept = 500;
/** A stream that hasn't opened by then is taken as broken. Milliseconds. */
const opensWithin = 5000;

/**
 * A run as it is now: what the server rendered, then its events; when the stream breaks, the page asks every two seconds
 * until the stream is back. At a final state both stop.
 */
export function useLiveRun(id: string) {
  const client = useQueryClient();
  const [stream, setStream] = useState<"connecting" | "live" | "polling">("connecting");
  const [lines, setLines] = useState<readonly RunEvent[]>([]);
  const detail = useQuery({
    ...runDetailQuery(id),
    refetchInterval: (query) => {
      const run = query.state.data?.run;
      return !run || isOver(run) || stream === "live" ? false : 2000;
    },
  });
  const loaded = detail.data !== undefined;
  const over = detail.data ? isOver(detail.data.run) : false;

  useEffect(() => {
    if (!loaded || over) return;
    const source = new EventSource(`/api/v1/runs/${encodeURIComponent(id)}/events`);
    const late = setTimeout(() => setStream("polling"), opensWithin);
    source.addEventListener("open", () => {
      clearTimeout(late);
      setStream("live");
    });
    source.addEventListener("error", () => setStream("polling"));
    source.addEventListener("run", (event) => {
      const run = readMessage<Run>(event);
      if (run) changeAsTold(client, id, (before) => ({ ...before, run }));
    });
    source.addEventListener("sample", (event) => {
      const sample = readMessage<Sample>(event);
      if (!sample) return;
      changeAsTold(client, id, (before) =>
        before.samples.some(({ at }) => at >= sample.at) ? before : { ...before, samples: [...before.samples, sample] },
      );
    });
    source.addEventListener("log", (event) => {
      const line = readMessage<RunEvent>(event);
      if (!line) return;
      setLines((before) => [...before.slice(-linesKept), line]);
      if (line.channel === "timeline")
        changeAsTold(client, id, (before) =>
          before.timeline.some((known) => known.id === line.id)
            ? before
            : { ...before, timeline: [...before.timeline, line] },
        );
    });
    source.addEventListener("end", () => {
      source.close();
      for (const key of ["run", "segments", "findings", "log"]) void client.invalidateQueries({ queryKey: [key, id] });
      void client.invalidateQueries({ predicate: isOf("overview", "browse", "count") });
    });
    return () => {
      clearTimeout(late);
      source.close();
      setStream("connecting");
    };
  }, [id, loaded, over, client]);

  const feed: Feed = over ? "over" : stream;
  return { detail, feed, lines };
}

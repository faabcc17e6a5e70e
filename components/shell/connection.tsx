"use client";

import { onlineManager, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { cx } from "@/components/ui/cx";
import { Notice } from "@/components/ui/states";

type Health = "ready" | "starting" | "offline";

/** Whoever takes longer to say that it is well isn't. Milliseconds. */
const answersWithin = 15_000;

async function askHealth({ signal }: { signal: AbortSignal }): Promise<Health> {
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(answersWithin)]);
    const response = await fetch("/api/health/ready", { signal: within, cache: "no-store" });
    // To a browser a request goes on until its answer was read, and it allows a page so many.
    await response.arrayBuffer();
    return response.ok ? "ready" : "starting";
  } catch (error) {
    if (signal.aborted) throw error;
    return "offline";
  }
}

export function useHealth(): Health {
  const { data = "ready" } = useQuery({
    queryKey: ["health"],
    queryFn: askHealth,
    refetchInterval: (query) => (query.state.data === "ready" ? 3000 : 1500),
    refetchIntervalInBackground: false,
    retry: false,
    // It is what finds out when the others may go on.
    networkMode: "always",
  });
  return data;
}

const words: Record<Health, string> = { ready: "Connected", starting: "Server not ready", offline: "Server offline" };

/** Whether the server answers, as a shape and a word. */
export function ConnectionStatus({ narrow }: { narrow: boolean }) {
  const health = useHealth();
  return (
    <span
      role="status"
      title={narrow ? words[health] : undefined}
      className="flex h-8 items-center gap-2 px-2 text-xs text-quiet"
    >
      <svg aria-hidden viewBox="0 0 8 8" className="mx-1 size-2 shrink-0">
        {health === "ready" && <circle cx="4" cy="4" r="4" className="fill-done-area" />}
        {health === "starting" && <path d="M4 0 8 8H0z" className="fill-attention-area" />}
        {health === "offline" && <path d="M0 0h8v8H0z" className="fill-problem-area" />}
      </svg>
      <span className={cx(narrow && "sr-only")}>{words[health]}</span>
    </span>
  );
}

const noticeId = "server-offline";

/** A link that is followed while nobody answers would leave the page for the browser's own words: it leads to ours instead. */
function stay(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  if (!(link instanceof HTMLAnchorElement) || link.origin !== location.origin || link.target === "_blank") return;
  if (link.pathname === location.pathname && link.search === location.search && link.hash !== "") return;
  event.preventDefault();
  event.stopPropagation();
  document.getElementById(noticeId)?.focus();
}

/** Said across the page while the server can't be reached: what is shown is old, and what goes on. */
export function OfflineNotice() {
  const health = useHealth();
  useEffect(() => onlineManager.setOnline(health !== "offline"), [health]);
  useEffect(() => {
    if (health !== "offline") return;
    document.addEventListener("click", stay, true);
    return () => document.removeEventListener("click", stay, true);
  }, [health]);
  if (health === "ready") return null;
  return (
    <div id={noticeId} tabIndex={-1} className="mb-4">
      <Notice level={health === "offline" ? "error" : "warn"}>
        {health === "offline"
          ? "The server doesn't answer. This page shows what was read last and updates when the server is back."
          : "The server is up but not ready: its database or workers are still starting."}
      </Notice>
    </div>
  );
}

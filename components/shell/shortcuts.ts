"use client";

import { useEffect, useRef } from "react";
import type { Command } from "./commands";

/** True where letters are text: a shortcut must not fire there. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest("input, textarea, select, [role=dialog]") !== null)
  );
}

const patience = 1200;

/** Runs the command whose keys are pressed, one or two in a row, unless the reader turned single keys off. */
export function useShortcuts(commands: readonly Command[], enabled: boolean): void {
  const pressed = useRef({ keys: "", at: 0 });
  useEffect(() => {
    if (!enabled) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      if (event.key.length !== 1) return;
      const recent = event.timeStamp - pressed.current.at < patience ? pressed.current.keys : "";
      const keys = recent === "" ? event.key : `${recent} ${event.key}`;
      const hit =
        commands.find((command) => command.keys === keys) ?? commands.find((command) => command.keys === event.key);
      pressed.current = { keys: hit ? "" : event.key, at: event.timeStamp };
      if (!hit) return;
      event.preventDefault();
      hit.run();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [commands, enabled]);
}

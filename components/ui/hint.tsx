"use client";

import { type CSSProperties, type ReactNode, type RefObject, useEffect, useId, useRef, useState } from "react";
import { createPortal } from "react-dom";

type Side = "below" | "right";
const gap = 6;
const edge = 12;
const widest = 320;
/** A pointer that only passes by shows nothing. Milliseconds. */
const delayMs = 200;

function placed(trigger: Element, side: Side): CSSProperties {
  const box = trigger.getBoundingClientRect();
  if (side === "right") return { left: box.right + gap, top: box.top + box.height / 2, translate: "0 -50%" };
  const left = Math.max(edge, Math.min(box.left, window.innerWidth - widest - edge));
  const above = box.bottom > window.innerHeight * 0.75;
  return above ? { left, bottom: window.innerHeight - box.top + gap } : { left, top: box.bottom + gap };
}

/** Whether a hint is shown, and where: on hover after a moment, on focus at once; Escape and scrolling put it away. */
function useHint(trigger: RefObject<HTMLElement | null>, side: Side) {
  const [place, setPlace] = useState<CSSProperties | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const show = (after: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => trigger.current && setPlace(placed(trigger.current, side)), after);
  };
  const hide = (after = 0) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setPlace(null), after);
  };
  const open = place !== null;
  useEffect(() => {
    if (!open) return;
    const away = () => setPlace(null);
    const onKey = (event: KeyboardEvent) => event.key === "Escape" && away();
    window.addEventListener("keydown", onKey);
    window.addEventListener("scroll", away, { capture: true, passive: true });
    return () => {
      window.removeEventListener("keydown", onKey);
      window.removeEventListener("scroll", away, { capture: true });
    };
  }, [open]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const events = {
    onPointerEnter: () => show(delayMs),
    // Long enough to reach the hint itself with the pointer.
    onPointerLeave: () => hide(120),
    onFocus: () => show(0),
    onBlur: () => hide(),
  };
  return { place, events, stay: () => clearTimeout(timer.current), leave: () => hide(120) };
}

/** Words that explain a figure, on hover and on focus. The figure is underlined with dots so that one knows. */
export function Hint({ words, children }: { words: ReactNode; children: ReactNode }) {
  const trigger = useRef<HTMLButtonElement>(null);
  const id = useId();
  const { place, events, stay, leave } = useHint(trigger, "below");
  return (
    <>
      <button
        ref={trigger}
        type="button"
        aria-describedby={place ? id : undefined}
        className="cursor-help rounded-sm underline decoration-control decoration-dotted underline-offset-4"
        {...events}
      >
        {children}
      </button>
      {place &&
        createPortal(
          <div
            id={id}
            role="tooltip"
            style={place}
            onPointerEnter={stay}
            onPointerLeave={leave}
            className="fixed z-50 w-max max-w-80 animate-enter rounded-md border border-line bg-raised px-3 py-2 text-xs text-ink shadow-float"
          >
            {words}
          </div>,
          document.body,
        )}
    </>
  );
}

/** The name of a button that shows only an icon, and its key. */
export function Named({ name, keys, children }: { name: string; keys?: string; children: ReactNode }) {
  const trigger = useRef<HTMLSpanElement>(null);
  const { place, events } = useHint(trigger, "right");
  return (
    <span ref={trigger} className="block" {...events}>
      {children}
      {place &&
        createPortal(
          <span
            role="tooltip"
            style={place}
            className="fixed z-50 flex items-center gap-2 rounded-md border border-line bg-raised px-2 py-1 text-xs shadow-float"
          >
            {name}
            {keys && <span className="font-mono text-quiet">{keys}</span>}
          </span>,
          document.body,
        )}
    </span>
  );
}

"use client";

import { useEffect, useState } from "react";

/** `value`, once it has stood still for `ms`: so that typing doesn't ask the server at every key. */
export function useDebounced<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}

import { useState } from "react";

/** True from the first time that something is wanted: what is fetched then stays. */
export function useOnce(wanted: boolean): boolean {
  const [once, setOnce] = useState(wanted);
  if (wanted && !once) setOnce(true);
  return once || wanted;
}

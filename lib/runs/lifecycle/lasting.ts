/** `4 s`, `2 min 10 s`, `3 h 5 min`. */
export function lasting(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `09:10:20`, the time of day on the machine that works. */
export function clockTime(at: Date): string {
  return at.toTimeString().slice(0, 8);
}

/** How far something is; `null` where that isn't known, and it only moves. */
export function ProgressBar({ share, words }: { share: number | null; words: string }) {
  const percent = share === null ? undefined : Math.floor(share * 100);
  return (
    <div
      role="progressbar"
      aria-label={words}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className="track h-2.5 overflow-hidden border-x-2 border-ink"
    >
      <div
        className={`h-full bg-control transition-[width] duration-200 ${share === null ? "animate-pulse" : ""}`}
        style={{ width: share === null ? "100%" : `${(share * 100).toFixed(1)}%` }}
      />
    </div>
  );
}

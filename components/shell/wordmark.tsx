/** Two sides and what is transferred between them. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 20 20" className={className} fill="none" stroke="currentColor" strokeWidth="2">
      <path d="M3 3v14M17 3v14" />
      <path d="M6.5 10h7m-2.6-2.8L13.7 10l-2.8 2.8" className="stroke-accent" />
    </svg>
  );
}

/** Says which world is worked on when it isn't the real one. */
export function ModeBanner() {
  return (
    <section aria-label="Mode" className="border-b border-line bg-sunken px-4 py-1.5 text-xs sm:px-6">
      <span className="font-semibold">Sandbox mode:</span>{" "}
      <span className="text-quiet">simulated services, no external calls, no cost.</span>
    </section>
  );
}

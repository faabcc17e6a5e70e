/** npm hands a Ctrl-C on to its child, which the terminal has told already: one press, two signals. */
const ONE_PRESS_MS = 400;

/**
 * Watches SIGINT and SIGTERM, which end nothing by themselves any more. Answers how to give them back their usual meaning.
 * @param on what the first and the second one do
 */
export function onStopSignals(on: { first(): void; second(): void }): () => void {
  let firstAt: number | null = null;
  const handle = () => {
    if (firstAt === null) {
      firstAt = performance.now();
      on.first();
    } else if (performance.now() - firstAt > ONE_PRESS_MS) on.second();
  };
  process.on("SIGINT", handle).on("SIGTERM", handle);
  return () => void process.off("SIGINT", handle).off("SIGTERM", handle);
}

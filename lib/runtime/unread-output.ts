/**
 * Lets a process that stays go on when nobody reads what it says any more (`portage serve | head`, a supervisor that is gone): the log file
 * has it all. Without this, `portage serve` would end at once, and `npm start` would report each failed write by another one, for ever.
 */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.removeAllListeners("error");
    stream.on("error", () => {});
  }
}

const parts = new Intl.DateTimeFormat("en-CA", {
  timeZone: "America/Los_Angeles",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

function read(date: Date): Record<string, string> {
  return Object.fromEntries(parts.formatToParts(date).map((part) => [part.type, part.value]));
}

/** The calendar day in California, `2026-11-21`: Google renews daily allowances at its midnight. */
export function pacificDay(at: Date): string {
  const { year, month, day } = read(at);
  return `${year}-${month}-${day}`;
}

/** The next midnight in California, also across a change of the clocks: days there have 23 to 25 hours. */
export function nextPacificMidnight(after: Date): Date {
  const { hour, minute, second } = read(after);
  const today = pacificDay(after);
  const passed = (Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * 1000 + after.getMilliseconds();
  const guess = after.getTime() + 86_400_000 - passed;
  const hours = [-1, 0, 1].map((shift) => new Date(guess + shift * 3_600_000));
  const found = hours.find((candidate) => pacificDay(candidate) !== today && read(candidate).hour === "00");
  return found ?? new Date(guess);
}

import type { Schedule } from "@/lib/shapes/schedules/schedule";

/** The texts of the form, as they are typed. */
export type ScheduleTexts = {
  which: "all" | "named";
  names: string;
  cron: string;
  timezone: string;
  maxCreates: string;
  maxUpdates: string;
  maxUsd: string;
  maxEgress: string;
  allowProblems: boolean;
  webhook: string;
};

const shown = (name: string) => (name === "" ? "__default__" : name);

/** What the form begins with: a schedule that is changed, the namespaces chosen, or every night without limits. */
export function textsOf(initial: Partial<Schedule> | null): ScheduleTexts {
  const { namespaces = [], limits } = initial ?? {};
  return {
    which: initial !== null && namespaces.length === 0 ? "all" : "named",
    names: namespaces.map(shown).join("\n"),
    cron: initial?.cron ?? "0 3 * * *",
    timezone: initial?.timezone ?? "UTC",
    maxCreates: limits?.maxCreates?.toString() ?? "",
    maxUpdates: limits?.maxUpdates?.toString() ?? "",
    maxUsd: limits?.maxUsd?.toString() ?? "",
    maxEgress: limits?.maxEgress?.toString() ?? "",
    allowProblems: limits?.allowProblems ?? false,
    webhook: initial?.webhook ?? "",
  };
}

/** One name a line; spaces around it are not part of it. */
export function namesOf(text: string): string[] {
  return [
    ...new Set(
      text
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== ""),
    ),
  ];
}

/** What the verb takes; limits that were left empty are left out. */
export function inputOf(texts: ScheduleTexts): object {
  const number = (text: string) => (text.trim() === "" ? undefined : Number(text));
  const webhook = texts.webhook.trim();
  return {
    ...(texts.which === "all" ? { all: true } : { namespaces: namesOf(texts.names) }),
    cron: texts.cron.trim(),
    timezone: texts.timezone.trim(),
    maxCreates: number(texts.maxCreates),
    maxUpdates: number(texts.maxUpdates),
    maxUsd: number(texts.maxUsd),
    maxEgress: number(texts.maxEgress),
    allowProblems: texts.allowProblems,
    ...(webhook === "" ? {} : { webhook }),
  };
}

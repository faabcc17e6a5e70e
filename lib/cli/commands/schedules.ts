import { verbs } from "@/lib/actions/verbs/registry";
import { exitCodes } from "@/lib/operator-error";
import type { Delivery } from "@/lib/shapes/schedules/delivery";
import type { Schedule, ScheduledRun } from "@/lib/shapes/schedules/schedule";
import {
  type CommonOptions,
  chosenNamespaces,
  gigabytes,
  type LimitOptions,
  limitsOf,
  ofRoute,
  type RouteOption,
  routed,
  wholeNumber,
} from "../options";
import { Terminal } from "../terminal";
import { withTransport } from "../transport";
import { table } from "../words/table";
import { counted, moment, money, name, number, state } from "../words/words";

type SetOptions = CommonOptions &
  RouteOption &
  LimitOptions & { all?: boolean; cron: string; timezone: string; webhook?: string; maxEgress?: string };

function whatOf({ namespaces }: Schedule): string {
  const [only] = namespaces;
  if (only === undefined) return "all namespaces";
  return namespaces.length === 1 ? name(only) : counted(namespaces.length, "namespace");
}

function limitWords({ limits }: Schedule): string {
  const { maxCreates, maxUpdates, maxUsd, maxEgress, allowProblems } = limits;
  const words = [
    ...(maxCreates === null ? [] : [`${number(maxCreates)} creates`]),
    ...(maxUpdates === null ? [] : [`${number(maxUpdates)} updates`]),
    ...(maxUsd === null ? [] : [money(maxUsd)]),
  ];
  const pauses = maxEgress === null ? "" : `, pauses at ${number(maxEgress)} GB of egress`;
  if (words.length === 0) return `review all${pauses}`;
  return `up to ${words.join(", ")}${allowProblems ? ", problems allowed" : ""}${pauses}`;
}

function deliveryWords({ webhook, delivery, undelivered }: Schedule): string {
  if (webhook === null) return "-";
  if (delivery === null) return "nothing sent yet";
  const more = undelivered > 1 ? `, ${number(undelivered)} to be delivered` : "";
  return `${state(delivery.state)}, ${counted(delivery.attempts, "attempt")}${more}`;
}

/** `portage schedule list`: when what is mirrored by itself, and how that went last. */
export async function listSchedules(options: CommonOptions & RouteOption): Promise<number> {
  const terminal = new Terminal(options);
  const answer = await withTransport({ works: false }, (transport) =>
    transport.call(verbs.listSchedules, ofRoute(options)),
  );
  terminal.document(answer);
  for (const schedule of answer.schedules) terminal.line(schedule);
  if (terminal.form !== "text") return exitCodes.done;
  if (answer.schedules.length === 0) {
    terminal.text("No schedules.");
    return exitCodes.done;
  }
  terminal.text(
    table<Schedule>(
      [
        { title: "SCHEDULE", cell: ({ id }) => id },
        { title: "ROUTE", cell: ({ route }) => route.name },
        { title: "WHAT", cell: whatOf },
        { title: "CRON", cell: ({ cron, timezone }) => `${cron} ${timezone}` },
        { title: "BY ITSELF", cell: limitWords },
        { title: "NEXT", cell: ({ nextAt }) => (nextAt === null ? "-" : moment(nextAt)) },
        {
          title: "LAST",
          cell: ({ trouble, phase, last }) =>
            trouble !== null ? "in trouble" : phase === "idle" ? state(last?.outcome ?? "-") : state(phase),
        },
        { title: "WEBHOOK", cell: deliveryWords },
        { title: "", cell: ({ trouble, last }) => name(trouble ?? last?.words ?? "") },
      ],
      answer.schedules,
      terminal.dim,
    ),
  );
  return exitCodes.done;
}

/** `portage schedule set`: one schedule for the same choice of namespaces of a route; setting it again replaces it. */
export async function setSchedule(names: string[], options: SetOptions): Promise<number> {
  const terminal = new Terminal(options);
  const { cron, timezone, webhook } = options;
  const chosen = chosenNamespaces(names, options.all);
  const maxEgress = gigabytes("--max-egress", options.maxEgress);
  const input = {
    ...chosen,
    ...routed(options),
    cron,
    timezone,
    ...limitsOf(options),
    ...(maxEgress === undefined ? {} : { maxEgress }),
    ...(webhook === undefined ? {} : { webhook }),
  };
  const { schedule, replaced } = await withTransport({ works: false }, (transport) =>
    transport.call(verbs.setSchedule, input),
  );
  terminal.document(schedule);
  terminal.text(
    `${schedule.id} ${replaced ? "was changed" : "is set"}: ${whatOf(schedule)}, next at ${moment(schedule.nextAt ?? "")}, ${limitWords(schedule)}.`,
  );
  terminal.note("It is kept to while `portage serve` or a worker runs.");
  return exitCodes.done;
}

/** `portage schedule show ID`: how it went each time, newest first, and what its webhook was told. */
export async function showSchedule(id: string, options: CommonOptions & { limit?: string }): Promise<number> {
  const terminal = new Terminal(options);
  const limit = wholeNumber("--limit", options.limit, 1, 500) ?? 20;
  const answer = await withTransport({ works: false }, (transport) =>
    transport.call(verbs.showSchedule, { id, limit }),
  );
  terminal.document(answer);
  const { schedule, scheduledRuns, deliveries } = answer;
  terminal.text(
    `${schedule.id}: ${whatOf(schedule)} at ${schedule.cron} ${schedule.timezone}, ${limitWords(schedule)}.`,
  );
  terminal.text(
    schedule.nextAt === null
      ? `${schedule.trouble ?? ""} It doesn't run until it is set again.`.trim()
      : `Next at ${moment(schedule.nextAt)}.`,
  );
  if (scheduledRuns.length === 0) terminal.text("It was not due yet.");
  else
    terminal.text(
      table<ScheduledRun>(
        [
          { title: "ENDED", cell: ({ endedAt }) => moment(endedAt) },
          { title: "OUTCOME", cell: ({ outcome }) => state(outcome) },
          { title: "CREATE", cell: ({ planId, counts }) => (planId ? number(counts.create) : "-"), align: "right" },
          { title: "UPDATE", cell: ({ planId, counts }) => (planId ? number(counts.update) : "-"), align: "right" },
          { title: "PROBLEM", cell: ({ planId, counts }) => (planId ? number(counts.problem) : "-"), align: "right" },
          { title: "PLAN", cell: ({ planId }) => planId ?? "-" },
          { title: "", cell: ({ words }) => name(words) },
        ],
        scheduledRuns,
        terminal.dim,
      ),
    );
  if (schedule.webhook !== null) terminal.text(`Webhook ${name(schedule.webhook)}`);
  if (deliveries.length > 0)
    terminal.text(
      table<Delivery>(
        [
          { title: "MESSAGE", cell: ({ id: delivery }) => delivery },
          { title: "OF", cell: ({ event }) => event },
          { title: "STATE", cell: (delivery) => state(delivery.state) },
          { title: "ATTEMPTS", cell: ({ attempts }) => number(attempts), align: "right" },
          { title: "NEXT", cell: ({ nextAt }) => (nextAt === null ? "-" : moment(nextAt)) },
          { title: "", cell: ({ last }) => (last ? name(last.words) : "") },
        ],
        deliveries,
        terminal.dim,
      ),
    );
  return exitCodes.done;
}

/** `portage schedule send-again MESSAGE`: one more attempt; how it went shows `schedule show`. */
export async function sendAgain(id: string, options: CommonOptions): Promise<number> {
  const terminal = new Terminal(options);
  const { delivery } = await withTransport({ works: false }, (transport) => transport.call(verbs.sendAgain, { id }));
  terminal.document(delivery);
  terminal.text(`${delivery.id} is sent again at ${moment(delivery.nextAt ?? delivery.createdAt)}.`);
  terminal.note("It is sent by `portage serve` or a worker.");
  return exitCodes.done;
}

/** `portage schedule remove ID`: a run that it started goes on. */
export async function removeSchedule(id: string, options: CommonOptions): Promise<number> {
  const terminal = new Terminal(options);
  const { schedule } = await withTransport({ works: false }, (transport) =>
    transport.call(verbs.removeSchedule, { id }),
  );
  terminal.document(schedule);
  terminal.text(`${schedule.id} is removed.`);
  return exitCodes.done;
}

import { differencesOverTimeSchema, fleetPageSchema } from "@/lib/shapes/schedules/fleet";
import { listFleet, listFleetInput } from "../fleet/list-fleet";
import { showDifferences, showDifferencesInput } from "../namespaces/show-differences";
import { verb } from "../verbs/verb";
import { listSchedules, listSchedulesAnswer, listSchedulesInput } from "./list-schedules";
import { removeSchedule, removeScheduleAnswer, removeScheduleInput } from "./remove-schedule";
import { readSchedules } from "./schedule-view";
import { sendAgain, sendAgainAnswer, sendAgainInput } from "./send-again";
import { scheduleBefore, setSchedule, setScheduleAnswer, setScheduleInput } from "./set-schedule";
import { showSchedule, showScheduleAnswer, showScheduleInput } from "./show-schedule";

/** Mirroring by itself, and how all namespaces stand: the part of the registry that schedules and the fleet are made of. */
export const scheduleVerbs = {
  listFleet: verb({
    method: "GET",
    kind: "read",
    name: "listFleet",
    role: "viewer",
    summary:
      "One page of all namespaces: how many records differed between their sides at the last look, and what comes next.",
    path: "/fleet",
    input: listFleetInput,
    output: fleetPageSchema,
    run: listFleet,
  }),
  showDifferences: verb({
    method: "GET",
    kind: "read",
    name: "showDifferences",
    role: "viewer",
    summary: "How many records differed between the sides were over time: of one namespace, or of all together.",
    path: "/fleet/differences",
    input: showDifferencesInput,
    output: differencesOverTimeSchema,
    run: showDifferences,
  }),
  listSchedules: verb({
    method: "GET",
    kind: "read",
    name: "listSchedules",
    role: "viewer",
    summary: "When which namespaces are mirrored by themselves, within which limits, and how that went last.",
    path: "/schedules",
    input: listSchedulesInput,
    output: listSchedulesAnswer,
    run: listSchedules,
  }),
  showSchedule: verb({
    method: "GET",
    kind: "read",
    name: "showSchedule",
    role: "viewer",
    summary: "A schedule with how it went each time, and what its webhook was told.",
    path: "/schedules/{id}",
    input: showScheduleInput,
    output: showScheduleAnswer,
    run: showSchedule,
  }),
  setSchedule: verb({
    method: "POST",
    kind: "write",
    name: "setSchedule",
    role: "approver",
    summary: "Mirrors namespaces by itself at the given times; what is over its limits waits for a review.",
    path: "/schedules",
    input: setScheduleInput,
    output: setScheduleAnswer,
    before: scheduleBefore,
    run: (ctx, input) => setSchedule(ctx, input),
  }),
  sendAgain: verb({
    method: "POST",
    kind: "write",
    name: "sendAgain",
    role: "operator",
    summary: "Tries a message to a webhook once more: one that was given up, or whose next attempt is far.",
    path: "/deliveries/{id}/send",
    input: sendAgainInput,
    output: sendAgainAnswer,
    run: (ctx, input) => sendAgain(ctx, input),
  }),
  removeSchedule: verb({
    method: "POST",
    kind: "write",
    name: "removeSchedule",
    role: "approver",
    summary: "Forgets a schedule; a run that it started goes on.",
    path: "/schedules/{id}/remove",
    input: removeScheduleInput,
    output: removeScheduleAnswer,
    before: async (ctx, { id }) => (await readSchedules(ctx.database, `WHERE s."id" = $1`, [id])).at(0) ?? null,
    run: removeSchedule,
  }),
};

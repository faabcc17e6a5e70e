import { listSchedules, listSchedulesAnswer, listSchedulesInput } from "./list-schedules";
import { removeSchedule, removeScheduleAnswer, removeScheduleInput } from "./remove-schedule";
import { setSchedule, setScheduleAnswer, setScheduleInput } from "./set-schedule";
import { verb } from "./verb";

/** Mirroring by itself: the part of the registry that schedules are made of. */
export const scheduleVerbs = {
  listSchedules: verb({
    method: "GET",
    kind: "read",
    name: "listSchedules",
    summary: "When which namespaces are mirrored by themselves, within which limits, and how that went last.",
    path: "/schedules",
    input: listSchedulesInput,
    output: listSchedulesAnswer,
    run: listSchedules,
  }),
  setSchedule: verb({
    method: "POST",
    kind: "write",
    name: "setSchedule",
    summary: "Mirrors namespaces by itself at the given times; what is over its limits waits for a review.",
    path: "/schedules",
    input: setScheduleInput,
    output: setScheduleAnswer,
    run: (ctx, input) => setSchedule(ctx, input),
  }),
  removeSchedule: verb({
    method: "POST",
    kind: "write",
    name: "removeSchedule",
    summary: "Forgets a schedule; a run that it started goes on.",
    path: "/schedules/{id}/remove",
    input: removeScheduleInput,
    output: removeScheduleAnswer,
    run: removeSchedule,
  }),
};

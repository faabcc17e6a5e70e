import type { Command } from "commander";
import { asks, betweenEnds, capped, common, maxEgress, ofRoute, onRoute, type Run, works } from "./command-options";

export function addMirroring(program: Command, run: Run): void {
  const mirror = program.command("mirror").description("bring the target in line with the source");
  const mirroring = () => import("../commands/mirror");
  betweenEnds(common(mirror.command("plan")))
    .description("compare record by record and store what would change; reads only")
    .argument("[namespace...]", "namespaces; __default__ is the default one")
    .option("--all", "every namespace of the source")
    .option(...maxEgress)
    .option("--detailed-exitcode", "exit with 10 when there are changes")
    .action((names, options) => run(async () => (await mirroring()).planMirror(names, options)));
  betweenEnds(common(mirror.command("run")))
    .description("compare, and apply what that finds when it keeps to the limits")
    .argument("[namespace...]", "namespaces; __default__ is the default one")
    .option("--all", "every namespace of the source")
    .option("--max-creates <n>", "refuse to create more records")
    .option("--max-updates <n>", "refuse to update more records")
    .option("--max-cost <usd>", "refuse to spend more US dollars, by the estimate, and pause the run there")
    .option("--max-texts <n>", "refuse to embed more texts, and pause the run there")
    .option("--max-records <n>", "refuse to write more records, and pause the run there")
    .option(...maxEgress)
    .option("--allow-problems", "apply although some records can't be migrated")
    .option("--yes", "don't ask")
    .action((names, options) => run(async () => (await mirroring()).runMirror(names, options)));
  capped(common(program.command("apply")))
    .description("carry out a plan: what was reviewed and nothing else")
    .argument("<plan>")
    .option("--only <phase>", "creates or updates")
    .option("--include-new", "of documents: also set those without a level that came since the plan")
    .option("--yes", "don't ask")
    .option("--detach", "start it and leave it to the server or a worker")
    .action((id, options) => run(async () => (await import("../commands/apply")).apply(id, options), works(options)));
}

export function addSchedules(program: Command, run: Run): void {
  onRoute(common(program.command("fleet"), true))
    .description("list the sync status of every namespace, as of the last check")
    .option("--state <state>", "failed, review, out-of-sync, never, unchecked or in-sync")
    .option("--search <text>", "part of a name")
    .option("--limit <n>", "how many; without it, all of them")
    .action((options) => run(async () => (await import("../commands/fleet")).listFleet(options), asks));
  const schedule = program.command("schedule").description("mirror by itself at set times");
  const scheduling = () => import("../commands/schedules");
  ofRoute(common(schedule.command("list"), true))
    .description("list schedules, the next one due first")
    .action((options) => run(async () => (await scheduling()).listSchedules(options)));
  onRoute(common(schedule.command("set")))
    .description(
      "mirror namespaces at set times; what is over the limits waits for a review, without any limit everything does",
    )
    .argument("[namespace...]", "namespaces; __default__ is the default one")
    .option("--all", "every namespace of the source")
    .requiredOption("--cron <fields>", "minute, hour, day of the month, month, day of the week")
    .option("--timezone <name>", "of the cron fields, such as Europe/Berlin", "UTC")
    .option("--max-creates <n>", "apply by itself at most so many creates")
    .option("--max-updates <n>", "apply by itself at most so many updates")
    .option("--max-cost <usd>", "apply by itself at most for so many US dollars, by the estimate")
    .option(
      "--max-egress <gb>",
      "pause the analysis, and what is applied, at so many GB that the stores bill as egress",
    )
    .option("--allow-problems", "apply by itself although some records can't be migrated")
    .option(
      "--webhook <url>",
      "tell this address when a plan waits for a review, and when a scheduled run fails or is refused",
    )
    .action((names, options) => run(async () => (await scheduling()).setSchedule(names, options)));
  common(schedule.command("show"))
    .description("show how a schedule went each time, and what its webhook was told")
    .argument("<id>")
    .option("--limit <n>", "how many scheduled runs, up to 500")
    .action((id, options) => run(async () => (await scheduling()).showSchedule(id, options)));
  common(schedule.command("send-again"))
    .description("try a message to a webhook once more: one that was given up, or whose next attempt is far")
    .argument("<message>")
    .action((id, options) => run(async () => (await scheduling()).sendAgain(id, options)));
  common(schedule.command("remove"))
    .description("forget a schedule; a run that it started goes on")
    .argument("<id>")
    .action((id, options) => run(async () => (await scheduling()).removeSchedule(id, options)));
}

export function addAttention(program: Command, run: Run): void {
  const attention = program.command("attention").description("what needs somebody, over all history");
  const attending = () => import("../commands/attention");
  ofRoute(common(attention.command("list"), true))
    .description("list what is open, until its cause is gone or somebody has acknowledged it")
    .option("--state <state>", "open (the default), acknowledged or solved")
    .option("--cause <cause>", "only those of this cause, such as run-failed or plan-waiting")
    .option("--limit <n>", "how many; without it, all of them")
    .action((options) => run(async () => (await attending()).listAttention(options), asks));
  common(attention.command("acknowledge"))
    .description("take items out of what needs somebody; who did, and when, is kept")
    .argument("<item...>")
    .action((ids, options) => run(async () => (await attending()).acknowledgeAttention(ids, options)));
}

function filtered(command: Command): Command {
  return command
    .option("--kind <kind>", "create, update, orphan or problem")
    .option("--namespace <name>", "only those of this namespace")
    .option("--key <key>", "only those in which this metadata key differs")
    .option("--sign <sign>", "+ only in the source, - only in the target, ~ both")
    .option("--present <value>", "only documents that hold this level now, which would be overwritten")
    .option("--search <text>", "only those whose ID holds this, letter by letter");
}

export function addPlans(program: Command, run: Run): void {
  const plan = program.command("plan").description("plans that were made");
  const reading = () => import("../commands/plans");
  const reviewing = () => import("../commands/plan-changes");
  const commenting = () => import("../commands/plan-comments");
  ofRoute(common(plan.command("list"), true))
    .description("list plans, newest first")
    .option("--kind <kind>", "mirror, reembed or clearance")
    .option("--state <state>", "planning, ready, approved, applied, stale or failed")
    .option("--namespace <name>", "only those over this namespace")
    .option("--limit <n>", "how many, up to 500")
    .action((options) => run(async () => (await reading()).listPlans(options), asks));
  common(plan.command("show"))
    .description("show what a plan would change and cost")
    .argument("<id>")
    .action((id, options) => run(async () => (await reading()).showPlan(id, options), asks));
  filtered(common(plan.command("changes"), true))
    .description("list what would become of each record, and which keys differ")
    .argument("<id>")
    .option("--limit <n>", "how many; without it, --json and --jsonl give all of them")
    .action((id, options) => run(async () => (await reviewing()).listChanges(id, options)));
  filtered(common(plan.command("exclude")))
    .description("take records out of a plan that isn't approved yet")
    .argument("<id>")
    .argument("[record...]", "IDs of records; without any, what the options mean")
    .option("--index <name>", "of documents: the index, where several hold the same ID")
    .option("--include", "take them back in instead")
    .action((id, records, options) => run(async () => (await reviewing()).excludeChanges(id, records, options)));
  common(plan.command("comment"))
    .description("say something about a plan, under your name")
    .argument("<id>")
    .argument("<text>")
    .action((id, text, options) => run(async () => (await commenting()).commentPlan(id, text, options)));
  common(plan.command("comments"), true)
    .description("list what was said about a plan, oldest first")
    .argument("<id>")
    .action((id, options) => run(async () => (await commenting()).listComments(id, options), asks));
  common(plan.command("withdraw"))
    .description("take an approval back, as long as nothing of the plan was applied")
    .argument("<id>")
    .action((id, options) => run(async () => (await reviewing()).withdrawApproval(id, options)));
  common(plan.command("approve"))
    .description("fix what was taken out of a plan, and the hash of the rest")
    .argument("<id>")
    .action((id, options) => run(async () => (await reviewing()).approvePlan(id, options)));
  filtered(common(plan.command("export")))
    .description("write every change with whole values")
    .argument("<id>")
    .option("--format <format>", "jsonl or csv", "jsonl")
    .option("-o, --output <file>", "to this file instead of stdout")
    .action((id, options) => run(async () => (await reviewing()).exportPlan(id, options)));
}

import { Command } from "commander";
import { version } from "@/package.json";
import { asks, betweenEnds, capped, common, maxEgress, ofRoute, onRoute, type Run, works } from "./command-options";
import { addClearance } from "./program-clearance";
import { addAttention, addMirroring, addPlans, addSchedules } from "./program-plans";
import { addConnections, addRoutes } from "./program-routes";
import { addSearching } from "./program-search";

function addServing(program: Command, run: Run): void {
  program
    .command("serve")
    .description("serve the web app and work on runs")
    .action(() => run(async () => (await import("@/lib/runtime/serve")).serve()));
  program
    .command("worker")
    .description("work on runs without the web app (needs DATABASE_URL)")
    .action(() => run(async () => (await import("@/lib/runtime/worker")).work()));
  common(program.command("sandbox"), true)
    .description("run the stand-ins alone and print their addresses")
    .option("--reset", "forget what they hold and fill them again")
    .action((options) => run(async () => (await import("../commands/sandbox")).sandbox(options)));
  onRoute(common(program.command("doctor"), true))
    .description("check every connection, index shape and quota, and say what to do")
    .option("--create-target", "create the target index first when it is missing")
    .option("--yes", "don't ask")
    .action((options) => run(async () => (await import("../commands/doctor")).doctor(options)));
}

function addKeeping(program: Command, run: Run): void {
  common(program.command("backup"))
    .description("write all of Portage's own data to a file: connections, routes, plans, runs, schedules")
    .argument("<file>")
    .action((file, options) => run(async () => (await import("../commands/backup")).backup(file, options)));
  common(program.command("restore"))
    .description("fill an unused Portage with a backup; nobody may have it open")
    .argument("<file>")
    .action((file, options) => run(async () => (await import("../commands/backup")).restoreFrom(file, options)));
  common(program.command("history"))
    .description("show what of Portage's own past takes how much room, and how long it is kept")
    .action((options) => run(async () => (await import("../commands/history")).showHistory(options)));
  const tokens = program.command("tokens").description("tokens for scripts, where everybody signs in (PORTAGE_TOKEN)");
  const tokening = () => import("../commands/tokens");
  common(tokens.command("list"), true)
    .description("list tokens; none can be read again")
    .action((options) => run(async () => (await tokening()).listTokens(options)));
  common(tokens.command("add"))
    .description("make a token and print it, once")
    .argument("<name>", "what it is for")
    .requiredOption("--role <role>", "viewer, operator, approver or admin: at most your own")
    .option("--days <n>", "days that it works, up to 366", "90")
    .action((name, options) => run(async () => (await tokening()).addToken(name, options)));
  common(tokens.command("revoke"))
    .description("end a token, at once")
    .argument("<id>")
    .action((id, options) => run(async () => (await tokening()).revokeToken(id, options)));
  common(program.command("audit"), true)
    .description("show who did what, on which plan, allowed or refused")
    .option("--who <text>", "part of a name")
    .option("--act <name>", "only this, such as applyPlan")
    .option("--subject <id>", "only about this run, plan, route, connection or schedule")
    .option("--outcome <outcome>", "done, refused or failed")
    .option("--limit <n>", "how many, up to 500")
    .option("-o, --output <file>", "write all that match to this file, a JSON line each, oldest first")
    .option("--verify", "compute every hash again: whether an entry was changed or removed")
    .action((options) => run(async () => (await import("../commands/audit")).audit(options)));
}

function addMigrating(program: Command, run: Run): void {
  common(program.command("inspect"), true)
    .description(
      "tell what stores of vectors a folder, a file or a connection holds; writes nothing, and needs no key for files",
    )
    .argument(
      "<place>",
      "a folder of Chroma, FAISS, LangChain or LlamaIndex, a pickle, JSON lines, CSV or Parquet file; or CONNECTION[:COLLECTION]",
    )
    .option(
      "--embed <embedder>",
      "the embedder's connection, by whose model texts are measured and priced; none: vectors are copied",
    )
    .option(
      "--to <target>",
      "where it would be written, a connection or a kind of store: its price; pinecone where it is left out",
    )
    .option("--limit <n>", "read at most so many records of each collection; 1000 of a connection where it is left out")
    .action((place, options) => run(async () => (await import("../commands/inspect")).inspect(place, options)));
  onRoute(common(program.command("namespaces"), true))
    .description("count records of namespaces in source and target")
    .argument("[name...]", "namespaces; __default__ is the default one")
    .option("--prefix <text>", "only those whose name begins so")
    .option("--index <which>", "source, target or both", "both")
    .action((names, options) =>
      run(async () => (await import("../commands/namespaces")).namespaces(names, options), asks),
    );
  betweenEnds(capped(common(program.command("migrate").alias("reembed"), true)))
    .description("create in the target what it lacks, embedded again or copied as the route says")
    .argument("[namespace...]", "namespaces; __default__ is the default one")
    .option("--all", "every namespace of the source")
    .option("--dry-run", "only plan: nothing is embedded, nothing is written")
    .option("--limit <n>", "create at most so many records of each namespace")
    .option("--batch-size <n>", "texts in one embedding request, 1 to 100")
    .option("--yes", "don't ask")
    .option("--detach", "start it and leave it to the server or a worker")
    .action((names, options) =>
      run(
        async () =>
          options.collections === undefined
            ? (await import("../commands/reembed")).reembed(names, options)
            : (await import("../commands/migrate-several")).migrateSeveral(names, options),
        works(options),
      ),
    );
  capped(common(program.command("fill"), true))
    .description("embed the rows of a table that have no vector, or one of another model; writes nothing else of them")
    .argument("<route>", "a route whose both ends are that table, its connection set to update")
    .option("--missing", "only rows that lack it, which is what is done anyway")
    .option("--force", "rows that have a vector get another, too; needs a time column")
    .option("--where <column=value>", "only rows in which this column has this value")
    .option("--dry-run", "only plan: nothing is embedded, nothing is written")
    .option("--limit <n>", "fill at most so many rows of each namespace")
    .option("--batch-size <n>", "texts in one embedding request, 1 to 100")
    .option("--yes", "don't ask")
    .option("--detach", "start it and leave it to the server or a worker")
    .action((route, options) => run(async () => (await import("../commands/fill")).fill(route, options)));
  common(program.command("coverage"), true)
    .description("count the rows of a route's table that have a vector, by model and namespace, with the SQL for it")
    .argument("<route>")
    .action((route, options) => run(async () => (await import("../commands/coverage")).coverage(route, options), asks));
  betweenEnds(common(program.command("verify"), true))
    .description("read the target back and compare it with the source")
    .argument("[namespace...]", "namespaces; __default__ is the default one")
    .option("--all", "every namespace of the source")
    .option("--sample <n>", "records of each namespace to compare")
    .option("--full", "compare every record")
    .option("--reembed-sample <n>", "texts to embed again where it isn't known which vectors were written (5)")
    .option(...maxEgress)
    .action((names, options) =>
      run(async () => (await import("../commands/verify")).verify(names, options), { works: true }),
    );
}

function addRuns(program: Command, run: Run): void {
  const runs = program.command("runs").description("runs: their state, findings and fate");
  const reading = () => import("../commands/runs-read");
  const steering = () => import("../commands/runs-steer");
  ofRoute(common(runs.command("list"), true))
    .description("list runs, newest first")
    .option("--state <state>", "only those in this state")
    .option("--kind <kind>", "only those of this kind")
    .option("--namespace <name>", "only those over this namespace")
    .option("--search <text>", "part of an ID, a namespace or who started it")
    .option("--limit <n>", "how many, up to 500")
    .action((options) => run(async () => (await reading()).listRuns(options), asks));
  common(runs.command("show"))
    .description("show one run")
    .argument("<id>")
    .action((id, options) => run(async () => (await reading()).showRun(id, options), asks));
  common(runs.command("watch"), true)
    .description("watch a run until it is over")
    .argument("<id>")
    .action((id, options) => run(async () => (await reading()).watchRun(id, options)));
  common(runs.command("findings"), true)
    .description("list records that a run left alone or that need a look")
    .argument("<id>")
    .option("--kind <kind>", "skipped, failed, drifted or warning")
    .option("--reason <reason>", "only those for this reason")
    .option("--namespace <name>", "only those of this namespace")
    .option("--search <text>", "part of a record's ID or of the detail")
    .option("--limit <n>", "how many")
    .action((id, options) => run(async () => (await reading()).listFindings(id, options), asks));
  capped(common(runs.command("retry")))
    .description("try the records that a run left out once more")
    .argument("<id>")
    .option("--kind <kind>", "only skipped, failed or drifted ones")
    .option("--reason <reason>", "only those for this reason")
    .option("--yes", "don't ask")
    .option("--detach", "start it and leave it to the server or a worker")
    .action((id, options) => run(async () => (await steering()).retryRun(id, options)));
  common(runs.command("pause"))
    .description("stop a run after the batches in flight")
    .argument("<id>")
    .action((id, options) => run(async () => (await steering()).pauseRun(id, options)));
  capped(common(runs.command("resume")))
    .description("go on with a paused or failed run")
    .argument("<id>")
    .option("--yes", "accepted for scripts; nothing is asked")
    .option("--detach", "leave it to the server or a worker")
    .action((id, options) => run(async () => (await steering()).resumeRun(id, options)));
  common(runs.command("cancel"))
    .description("stop a run for good; what was written stays")
    .argument("<id>")
    .action((id, options) => run(async () => (await steering()).cancelRun(id, options)));
  common(runs.command("pace"))
    .description("set how many documents a second a run may write, also while it works")
    .argument("<id>")
    .argument("<n>", "documents a second, or off")
    .action((id, perSecond, options) => run(async () => (await steering()).setPace(id, perSecond, options)));
}

/** The command line's verbs, as `docs/command-line.md` has them. */
export function buildProgram(run: Run): Command {
  const program = new Command("portage")
    .description("Plan, review and apply migrations of vector indexes.")
    .version(version)
    // What is wrong is printed by whoever called, in Portage's three sentences.
    .configureOutput({ outputError: () => {} })
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  addServing(program, run);
  addKeeping(program, run);
  addMigrating(program, run);
  addMirroring(program, run);
  addClearance(program, run);
  addPlans(program, run);
  addSchedules(program, run);
  addAttention(program, run);
  addRuns(program, run);
  addConnections(program, run);
  addRoutes(program, run);
  addSearching(program, run);
  return program;
}

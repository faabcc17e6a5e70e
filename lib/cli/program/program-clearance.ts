import type { Command } from "commander";
import { common, type Run } from "./command-options";

/** Setting a field of many documents: what stands, what would change. Applying is as for every plan. */
export function addClearance(program: Command, run: Run): void {
  const clearance = program.command("clearance").description("set the clearance level of documents in Elasticsearch");
  const commands = () => import("../commands/clearance");
  common(clearance.command("show"), true)
    .description("count documents with and without a level; say what stands in the way of setting one")
    .option("--namespaces", "count by namespace")
    .option("--search <text>", "part of a namespace's name")
    .option("--limit <n>", "how many namespaces, up to 500")
    .action((options) => run(async () => (await commands()).showDocuments(options)));
  common(clearance.command("plan"))
    .description("look through documents and store what setting the level would change; reads only")
    .argument(
      "[namespace...]",
      "namespaces; __default__ is the one with an empty name, __none__ documents that have none; without any, all documents",
    )
    .option("--all", "all documents")
    .option("--level <n>", "the level to set (default: CLEARANCE_LEVEL)")
    .option("--missing-only", "only documents that have none (the default)")
    .option("--every", "look at every document")
    .option("--overwrite", "with --every: overwrite other levels")
    .option("--unindexed", "overwrite values that searches don't find (malformed or empty ones)")
    .option("--field <name>", "another field than clearance_level")
    .option("--value <value>", "another value than a level, with --kind")
    .option("--kind <kind>", "integer, long, double, keyword or boolean")
    .option("--index <names>", "other indexes, aliases or data streams than ELASTICSEARCH_INDEX")
    .option("--detailed-exitcode", "exit with 10 when documents are to be changed, or can't be")
    .action((names, options) => run(async () => (await commands()).planClearance(names, options)));
  common(clearance.command("add-mapping"))
    .description("add the field to mappings that don't know it; writes no document")
    .option("--field <name>", "another field than clearance_level")
    .option("--kind <kind>", "integer, long, double, keyword or boolean")
    .option("--index <names>", "other indexes, aliases or data streams than ELASTICSEARCH_INDEX")
    .option("--yes", "don't ask")
    .action((options) => run(async () => (await commands()).addMapping(options)));
}

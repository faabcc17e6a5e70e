import type { Command } from "commander";
import { common, idsHelp, type Run } from "./command-options";

/** Settings by flags that the kind itself describes: they are read by the command, which knows the kinds. */
function withSettings(command: Command): Command {
  return common(command)
    .option("--kind <kind>", "the kind, where it isn't the first argument")
    .option("--untested", "save it although it can't be tested now")
    .allowUnknownOption()
    .addHelpText(
      "after",
      "\nSettings are given as flags of the kind, such as --api-key env:NAME or --api-key - (read from stdin);\n`portage connections kinds KIND` lists them. --set KEY=VALUE and --secret KEY=env:NAME do the same.",
    );
}

export function addConnections(program: Command, run: Run): void {
  const connections = program.command("connections").description("named stores and embedders, with their settings");
  const connecting = () => import("../commands/connections");
  common(connections.command("list"), true)
    .description("list connections, those of the environment first")
    .action((options) => run(async () => (await connecting()).listConnections(options)));
  common(connections.command("kinds"), true)
    .description("list kinds of stores and embedders with their flags")
    .argument("[kind]")
    .action((kind, options) => run(async () => (await connecting()).listKinds(kind, options)));
  withSettings(connections.command("add"))
    .description("test a connection and save it, its secrets sealed")
    .argument("<kind-and-name...>", "KIND NAME, then its settings as flags")
    .action((words, options) => run(async () => (await connecting()).addConnection(words, options)));
  withSettings(connections.command("update"))
    .description("change settings of a connection; what isn't given stays, none takes an optional one away")
    .argument("<name...>", "NAME, then its settings as flags")
    .action((words, options) => run(async () => (await connecting()).updateConnection(words, options)));
  common(connections.command("test"))
    .description("tell how fast a connection answers, what its key may do and what is there")
    .argument("<name>")
    .action((name, options) => run(async () => (await connecting()).testConnection(name, options)));
  common(connections.command("remove"))
    .description("forget a connection that nothing needs, and its secrets")
    .argument("<name>")
    .action((name, options) => run(async () => (await connecting()).removeConnection(name, options)));
}

export function addRoutes(program: Command, run: Run): void {
  const routes = program.command("routes").description("from a collection to a collection, by name");
  const routing = () => import("../commands/routes");
  common(routes.command("list"), true)
    .description("list routes, that of the environment first")
    .action((options) => run(async () => (await routing()).listRoutes(options)));
  common(routes.command("show"))
    .description("show a route, both of its ends, and its first records as they would be written")
    .argument("<name>")
    .action((name, options) => run(async () => (await routing()).showRoute(name, options)));
  common(routes.command("add"))
    .description("save a route once both of its ends were looked at")
    .argument("<name>")
    .requiredOption("--from <connection:collection>", "what is read")
    .requiredOption("--to <connection:collection>", "what is written")
    .option("--embed <embedder>", "the embedder's connection; none copies the vectors", "none")
    .option("--text <keys>", "metadata keys of the text, the first that is there (text)")
    .option("--template <text>", "the text to embed, with {key} for values: {title}\\n{text}")
    .option("--long-text <what>", "text beyond the model's limit: truncate or skip")
    .option("--updates <when>", "embed updates when-text-changed or always")
    .option("--namespaces <rule>", "keep, into:NAME, or OLD=NEW,OLD=NEW", "keep")
    .option("--nested <what>", "metadata that the target can't hold: problem, as-json-text or flatten")
    .option("--ids <rule>", idsHelp)
    .option("--rename <pairs>", "keys of metadata under other names: OLD=NEW,OLD=NEW")
    .option("--drop <keys>", "keys of metadata that are left out")
    .option("--set <pairs>", "keys of metadata that every record gets: KEY=VALUE,KEY=VALUE")
    .option("--duplicates <what>", "records of the same text and metadata: keep, or first-of-same-text")
    .option("--overflow <connection:table>", "a table of PostgreSQL that gets the whole metadata (vector_metadata)")
    .option("--keep <keys>", "with --overflow: metadata keys that stay at the vector, or fits: what its store takes")
    .option("--move-status", "with --overflow: keep collections_config and migration_status there, for other tools")
    .option("--vector-field <name>", "of a document index: the field that its vectors are written to")
    .option("--sparse-field <name>", "of a document index: the field for sparse values")
    .option(
      "--text-fields <fields>",
      "of a document index: keys with full-text search: text(en, stemming), title; or none",
    )
    .option("--owned <keys>", "metadata keys whose values belong to the target")
    .option("--clearance-level <n>", "level of new records; none adds none")
    .option("--dry-run", "only show what it would do")
    .action((name, options) => run(async () => (await routing()).addRoute(name, options)));
  common(routes.command("remove"))
    .description("forget a route; its plans and runs stay")
    .argument("<name>")
    .action((name, options) => run(async () => (await routing()).removeRoute(name, options)));
}

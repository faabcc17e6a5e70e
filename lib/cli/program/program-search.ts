import type { Command } from "commander";
import { common, onRoute, type Run } from "./command-options";

/** Whether the search is as good on the other side. */
export function addSearching(program: Command, run: Run): void {
  onRoute(common(program.command("search"), true))
    .description("ask both sides one question and show their answers beside each other; reads only")
    .argument("[text]", "the question; each side is asked with a vector of its own model")
    .option("--record <id>", "instead: what is nearest to this record; embeds nothing")
    .option("--vector <file>", "instead: what is nearest to the vector in this file, a JSON list of numbers")
    .option("--k <n>", "hits of each side", "10")
    .option("--namespace <name>", "as the source calls it; left out, the default one")
    .option("--filter <json>", 'by metadata: \'{"page": {"$gte": 2}}\'')
    .option("--hybrid", "insist on vectors and words in one list, which is shown wherever documents are connected")
    .option("--source-embedder <connection>", "what makes the question's vector for the source")
    .option("--target-embedder <connection>", "the same for the target, where the route's embedder isn't meant")
    .action((text, options) => run(async () => (await import("../commands/search")).search(text, options)));
  addGate(program, run);
  addSwitch(program, run);
  addCanary(program, run);
  addCleanup(program, run);
  addQuestions(program, run);
}

function addCanary(program: Command, run: Run): void {
  common(program.command("canary"))
    .description("ask both sides the verdict's questions again: green (0), red (1), not known (3)")
    .argument("<route>", "a route by name (default: the environment's)")
    .option("--queries <set>", "a set of questions instead of the verdict's")
    .option("--source-embedder <connection>", "what makes its questions' vectors for the source")
    .option("--target-embedder <connection>", "the same for the target, where the route's embedder isn't meant")
    .action((route, options) => run(async () => (await import("../commands/canary")).canary(route, options)));
}

/** What was asked before, and sets of questions. */
function addQuestions(program: Command, run: Run): void {
  const commands = () => import("../commands/questions");
  const questions = program
    .command("questions")
    .description("what both sides were asked, and sets of questions for gate and canary");
  common(questions.command("list"), true)
    .description("list sets of questions")
    .action((options) => run(async () => (await commands()).listSets(options)));
  onRoute(common(questions.command("asked"), true))
    .description("list what was asked, newest first, with what it took")
    .option("--limit <n>", "as many", "50")
    .action((options) => run(async () => (await commands()).listAsked(options)));
  onRoute(common(questions.command("save")))
    .description("keep what was asked before as a set")
    .argument("<set>")
    .argument("<id...>", "of what was asked, or all: the newest 500")
    .option("--replace", "write over a set of that name")
    .action((set, ids, options) => run(async () => (await commands()).saveSet(set, ids, options)));
  common(questions.command("import"))
    .description("keep a file of JSON lines as a set")
    .argument("<set>")
    .argument(
      "<file>",
      'each line {"query": "..."}, {"record": "ID"} or {"vector": [...]}, with namespace, filter, expected',
    )
    .option("--replace", "write over a set of that name")
    .action((set, file, options) => run(async () => (await commands()).importSet(set, file, options)));
  common(questions.command("export"))
    .description("write a set as JSON lines")
    .argument("<set>")
    .argument("<file>")
    .action((set, file, options) => run(async () => (await commands()).exportSet(set, file, options)));
  common(questions.command("remove"))
    .description("forget a set; verdicts that were given by it keep their questions")
    .argument("<set>")
    .action((set, options) => run(async () => (await commands()).removeSet(set, options)));
}

function addCleanup(program: Command, run: Run): void {
  common(program.command("cleanup"))
    .description("list what of a route's old side could go, and the commands for it; deletes nothing")
    .argument("<route>", "a route by name (default: the environment's)")
    .option("--dry-run", "needed: there is nothing else that it does")
    .action((route, options) => run(async () => (await import("../commands/cleanup")).cleanup(route, options)));
}

function addSwitch(program: Command, run: Run): void {
  common(program.command("switch"))
    .description(
      "have a route's application ask the other side, by a file that it reads; without --to and --back: how it stands",
    )
    .argument("<route>", "a route by name (default: the environment's)")
    .option("--to <side>", "target or source")
    .option("--back", "to the source again; says what would be lost without a mirror back")
    .option("--dry-run", "say what stands against it and what would be written; write nothing")
    .option("--force <reason>", "switch whatever stands against it; the reason is kept")
    .option(
      "--view <name>",
      "lead this view of the target's PostgreSQL to the side; kept for later switches, empty: none",
    )
    .option("--function <name>", "the same for a function such as match_documents")
    .action((route, options) => run(async () => (await import("../commands/switch")).switchRoute(route, options)));
}

function addGate(program: Command, run: Run): void {
  const gating = () => import("../commands/gate");
  const gate = common(program.command("gate"))
    .description("check whether a route's target answers as well as its source: GO (0), NO-GO (1), INCONCLUSIVE (3)")
    .argument("<route-or-plan>", "a route by name (default: the environment's), or a plan by its ID")
    .option(
      "--queries <what>",
      "documents, known-items, a set of questions, or a file of JSON lines with query, record or vector, and expected",
    )
    .option("--namespace <name...>", "only these; left out, all of the source or of the plan")
    .option("--n <n>", "questions that are sampled (200)")
    .option("--k <n>", "hits of each question (10)")
    .option("--threshold <share>", "what overlap and recall have to reach (0.9)")
    .option("--margin <share>", "how much worse retrieval by another model may be (0.02)")
    .option("--seed <n>", "what decides the sample: the same seed asks the same questions (1)")
    .option("--by <key>", "check questions by the values of this metadata key, too, from 30 of a value on")
    .option("--dry-run", "say what it would read and cost; ask nothing")
    .option("--max-cost <usd>", "US dollars that it may cost (PORTAGE_MAX_USD); none: without a ceiling")
    .option("--max-texts <n>", "texts that it may embed (PORTAGE_MAX_TEXTS)")
    .option("--max-egress <gb>", "GB that the stores may answer and bill (PORTAGE_MAX_EGRESS_GB)")
    .option("--report <file>", "write the verdict with its plots as HTML, and as JSON beside it")
    .option("--source-embedder <connection>", "what makes questions' vectors for the source")
    .option("--target-embedder <connection>", "the same for the target, where the route's embedder isn't meant")
    .action((subject, options) => run(async () => (await gating()).gate(subject, options)));
  common(gate.command("list"), true)
    .description("list verdicts, newest first")
    .option("--route <name>", "of this route only")
    .action((options) => run(async () => (await gating()).listGates(options)));
  common(gate.command("show"))
    .description("show a verdict again")
    .argument("<id>")
    .option("--report <file>", "write it as HTML and JSON")
    .action((id, options) => run(async () => (await gating()).showGate(id, options)));
}

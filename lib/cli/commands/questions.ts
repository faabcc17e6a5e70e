import { readFile } from "node:fs/promises";
import { questionSetExport } from "@/lib/actions/questions/question-verbs";
import { verbs } from "@/lib/actions/verbs/registry";
import { exitCodes, OperatorError } from "@/lib/operator-error";
import type { AskedQuestion, QuestionSet } from "@/lib/shapes/cut-over/questions";
import { type CommonOptions, type RouteOption, routed, wholeNumber } from "../options";
import { Terminal } from "../terminal";
import { type Transport, withTransport } from "../transport";
import { table } from "../words/table";
import { counted, name, number } from "../words/words";
import { writeFile } from "../write-file";

const asks = { works: false };
const mostAsked = 500;

/** `portage questions list`: sets, by name. */
export async function listSets(options: CommonOptions): Promise<number> {
  const terminal = new Terminal(options);
  const answer = await withTransport(asks, (transport) => transport.call(verbs.listQuestionSets, {}));
  terminal.document(answer);
  for (const set of answer.sets) terminal.line(set);
  terminal.text(
    table<QuestionSet>(
      [
        { title: "SET", cell: (set) => name(set.name) },
        { title: "QUESTIONS", align: "right", cell: ({ count }) => number(count) },
        { title: "EXPECTING", align: "right", cell: ({ expecting }) => number(expecting) },
        { title: "BY", cell: ({ createdBy }) => name(createdBy) },
        { title: "AT", cell: ({ updatedAt }) => updatedAt },
      ],
      answer.sets,
      terminal.dim,
    ),
  );
  return exitCodes.done;
}

/** `portage questions asked`: what both sides were asked, newest first. */
export async function listAsked(options: CommonOptions & RouteOption & { limit?: string }): Promise<number> {
  const terminal = new Terminal(options);
  const limit = wholeNumber("--limit", options.limit, 1, mostAsked);
  const answer = await withTransport(asks, (transport) =>
    transport.call(verbs.listAsked, { ...routed(options), ...(limit !== undefined && { limit }) }),
  );
  terminal.document(answer);
  for (const one of answer.asked) terminal.line(one);
  const ms = ({ ms: took, state }: AskedQuestion["source"]) => (took === null ? state : `${took.toFixed(1)} ms`);
  terminal.text(
    table<AskedQuestion>(
      [
        { title: "ID", align: "right", cell: ({ id }) => id },
        { title: "AT", cell: ({ at }) => at },
        { title: "BY", cell: ({ by }) => by },
        { title: "SOURCE", align: "right", cell: ({ source }) => ms(source) },
        { title: "TARGET", align: "right", cell: ({ target }) => ms(target) },
        { title: "SHARED", align: "right", cell: ({ shared, k }) => (shared === null ? "-" : `${shared} of ${k}`) },
        { title: "QUESTION", cell: ({ question }) => name(question.slice(0, 70)) },
      ],
      answer.asked,
      terminal.dim,
    ),
  );
  return exitCodes.done;
}

type Saving = CommonOptions & RouteOption & { replace?: boolean };

/** `portage questions save SET ID...|all`: of what was asked before. */
export async function saveSet(set: string, ids: readonly string[], options: Saving): Promise<number> {
  return saved(options, async (transport) => {
    const all = ids.length === 1 && ids[0] === "all";
    const { asked } = await transport.call(verbs.listAsked, { ...routed(options), limit: mostAsked });
    const chosen = all ? asked.map(({ id }) => id) : [...ids];
    if (chosen.length === 0)
      throw nothing("Nothing was asked along this route yet.", "Ask something: `portage search`.");
    return { name: set, asked: chosen, ...routed(options), replace: options.replace === true };
  });
}

/** `portage questions import SET FILE`. */
export async function importSet(set: string, file: string, options: Saving): Promise<number> {
  const jsonl = await readFile(file, "utf8").catch((error: unknown) => {
    throw nothing(
      `${file} can't be read: ${error instanceof Error ? error.message : "it isn't a file"}.`,
      "Check the path.",
    );
  });
  return saved(options, async () => ({ name: set, jsonl, replace: options.replace === true }));
}

async function saved(
  options: Saving,
  inputOf: (transport: Transport) => Promise<Parameters<typeof verbs.saveQuestionSet.run>[1]>,
): Promise<number> {
  const terminal = new Terminal(options);
  const answer = await withTransport(asks, async (transport) =>
    transport.call(verbs.saveQuestionSet, await inputOf(transport)),
  );
  terminal.document(answer);
  const { set, brokenLines, withoutVector } = answer;
  const left = [
    ...(brokenLines > 0 ? [`${counted(brokenLines, "line")} couldn't be read`] : []),
    ...(withoutVector > 0 ? [`${counted(withoutVector, "question")} by a vector, which isn't kept`] : []),
  ];
  terminal.text(
    `${set.name} holds ${counted(set.count, "question")}, ${number(set.expecting)} with what they should find.${left.length > 0 ? ` Left out: ${left.join(", ")}.` : ""}`,
  );
  return left.length > 0 ? exitCodes.leftOver : exitCodes.done;
}

/** `portage questions export SET FILE`. */
export async function exportSet(set: string, file: string, options: CommonOptions): Promise<number> {
  const terminal = new Terminal(options);
  await withTransport(asks, (transport) => writeFile(file, transport.download(questionSetExport, { name: set })));
  terminal.document({ set, file });
  terminal.text(`${set} is in ${file}.`);
  return exitCodes.done;
}

/** `portage questions remove SET`. */
export async function removeSet(set: string, options: CommonOptions): Promise<number> {
  const terminal = new Terminal(options);
  const answer = await withTransport(asks, (transport) => transport.call(verbs.removeQuestionSet, { name: set }));
  terminal.document(answer);
  terminal.text(`${set} is removed. Verdicts that were given by it keep their questions.`);
  return exitCodes.done;
}

const nothing = (what: string, next: string) =>
  new OperatorError({ kind: "usage", code: "invalid-option", what, notLost: "Nothing was kept or changed.", next });

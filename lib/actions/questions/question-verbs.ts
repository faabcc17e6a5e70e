import { z } from "zod";
import { askedQuestionSchema, questionSetSchema, searchFiguresSchema } from "@/lib/shapes/cut-over/questions";
import { parseInput } from "../verbs/parse-input";
import { type AnyDownload, verb } from "../verbs/verb";
import { listAsked, listAskedInput, searchFigures, searchFiguresInput } from "./asked-questions";
import { readSet } from "./question-rows";
import {
  listQuestionSets,
  listSetsInput,
  removeQuestionSet,
  saveQuestionSet,
  saveSetInput,
  setLines,
  setNameInput,
} from "./question-sets";

/** Questions that were asked, and sets of them: the part of the registry. */
export const questionVerbs = {
  listAsked: verb({
    method: "GET",
    kind: "read",
    name: "listAsked",
    role: "viewer",
    summary: "What was asked of both sides of a route, newest first, with what it took.",
    path: "/search/asked",
    input: listAskedInput,
    output: z.object({ asked: z.array(askedQuestionSchema) }),
    run: listAsked,
  }),
  searchFigures: verb({
    method: "GET",
    kind: "read",
    name: "searchFigures",
    role: "viewer",
    summary: "How long both sides of a route took over time: the median and what 95 % stayed below.",
    path: "/search/figures",
    input: searchFiguresInput,
    output: searchFiguresSchema,
    run: searchFigures,
  }),
  listQuestionSets: verb({
    method: "GET",
    kind: "read",
    name: "listQuestionSets",
    role: "viewer",
    summary: "Sets of questions, by name.",
    path: "/question-sets",
    input: listSetsInput,
    output: z.object({ sets: z.array(questionSetSchema) }),
    run: listQuestionSets,
  }),
  saveQuestionSet: verb({
    method: "POST",
    kind: "write",
    name: "saveQuestionSet",
    role: "operator",
    summary: "Keeps questions under a name, of lines of JSON or of what was asked before, for gate and canary.",
    path: "/question-sets",
    input: saveSetInput,
    output: z.object({ set: questionSetSchema, brokenLines: z.int(), withoutVector: z.int() }),
    before: async (ctx, { name }) => ({ name, count: (await readSet(ctx, name)).count }),
    run: saveQuestionSet,
  }),
  removeQuestionSet: verb({
    method: "POST",
    kind: "write",
    name: "removeQuestionSet",
    role: "operator",
    summary: "Forgets a set of questions. Verdicts that were given by it keep theirs.",
    path: "/question-sets/{name}/remove",
    input: setNameInput,
    output: z.object({ set: questionSetSchema }),
    before: async (ctx, { name }) => ({ name, count: (await readSet(ctx, name)).count }),
    run: removeQuestionSet,
  }),
};

/** A set to hand on. */
export const questionSetExport: AnyDownload = {
  name: "exportQuestionSet",
  role: "viewer",
  summary: "A set of questions: a JSON line for each.",
  path: "/question-sets/{name}/export",
  input: setNameInput,
  async open(ctx, raw) {
    const { name } = parseInput(setNameInput, raw);
    await readSet(ctx, name);
    return { type: "application/x-ndjson", fileName: `${name}.jsonl`, chunks: setLines(ctx, name) };
  },
};

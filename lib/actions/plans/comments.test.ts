import { afterAll, beforeAll, expect, test } from "vitest";
import type { World } from "@/lib/runs/testing/testing";
import type { Context } from "../verbs/context";
import { parseInput } from "../verbs/parse-input";
import { commentPlan, commentPlanInput } from "./comment-plan";
import { excludeChanges } from "./exclude-changes";
import { listComments, listCommentsInput } from "./list-comments";
import { openReviewed } from "./reviewed-plan.suite";

let world: World;
let ctx: Context;
let id: string;

beforeAll(async () => {
  ({ world, ctx, id } = await openReviewed());
});
afterAll(() => world.close());

const say = async (text: string, actor = "cli:test") =>
  commentPlan({ ...ctx, actor }, parseInput(commentPlanInput, { id, text }));
const read = async (more: object = {}) => listComments(ctx, parseInput(listCommentsInput, { id, ...more }));

test("comments stand under their names, in order, with the exclusions that they were about, page by page", async () => {
  await say("  gamma is a test customer\nleave it out ", "ada@example.org");
  const { plan } = await excludeChanges(ctx, { id, namespace: "gamma", include: false });
  await say("done", "bo@example.org");
  await say("<b>fine</b>", "ada@example.org/nightly");
  const { comments, next } = await read();
  expect(comments.map(({ by, text }) => [by, text])).toEqual([
    ["ada@example.org", "gamma is a test customer\nleave it out"],
    ["bo@example.org", "done"],
    ["ada@example.org/nightly", "<b>fine</b>"],
  ]);
  expect(comments.map(({ revision }) => revision < plan.revision)).toEqual([true, false, false]);
  expect(next).toBeNull();
  const first = await read({ limit: 2 });
  expect(first.comments).toEqual(comments.slice(0, 2));
  expect(await read({ limit: 2, after: first.next })).toEqual({ comments: comments.slice(2), next: null });
});

test("nothing, too much, and a plan that isn't there are refused", async () => {
  await expect(say(" \n ")).rejects.toMatchObject({ code: "invalid-input" });
  await expect(say("x".repeat(4001))).rejects.toMatchObject({ code: "invalid-input" });
  await expect(read({ after: "1; DROP" })).rejects.toMatchObject({ code: "invalid-input" });
  await expect(commentPlan(ctx, { id: "plan-none", text: "x" })).rejects.toMatchObject({ code: "plan-not-found" });
  await expect(listComments(ctx, { id: "plan-none", limit: 1 })).rejects.toMatchObject({ code: "plan-not-found" });
});

import { verbs } from "@/lib/actions/verbs/registry";
import { exitCodes } from "@/lib/operator-error";
import type { PlanComment } from "@/lib/shapes/plans/comment";
import { visibleLines } from "@/lib/text/visible-text";
import type { CommonOptions } from "../options";
import { Terminal } from "../terminal";
import { type Transport, withTransport } from "../transport";
import { moment } from "../words/words";

/** `portage plan comment ID TEXT`: says something about a plan. */
export async function commentPlan(id: string, text: string, options: CommonOptions): Promise<number> {
  const terminal = new Terminal(options);
  const comment = await withTransport({ works: false }, (transport) => transport.call(verbs.commentPlan, { id, text }));
  terminal.document(comment);
  terminal.text(`Said about ${id} as ${comment.by}.`);
  return exitCodes.done;
}

async function allComments(transport: Transport, id: string): Promise<PlanComment[]> {
  const comments: PlanComment[] = [];
  let after: string | null = null;
  do {
    const page: { comments: PlanComment[]; next: string | null } = await transport.call(verbs.listComments, {
      id,
      ...(after !== null && { after }),
    });
    comments.push(...page.comments);
    after = page.next;
  } while (after !== null);
  return comments;
}

/** `portage plan comments ID`: all of them, oldest first. */
export async function listComments(id: string, options: CommonOptions): Promise<number> {
  const terminal = new Terminal(options);
  const comments = await withTransport({ works: false }, (transport) => allComments(transport, id));
  terminal.document({ comments });
  for (const comment of comments) terminal.line(comment);
  for (const { by, at, text } of comments) {
    terminal.text(`${by}, ${moment(at)}`);
    for (const line of visibleLines(text).split("\n")) terminal.text(`  ${line}`);
  }
  if (comments.length === 0) terminal.text("Nobody has said anything about this plan.");
  return exitCodes.done;
}

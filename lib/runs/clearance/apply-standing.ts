import { mayStart, preconditionsOf } from "@/lib/documents/clearance/preconditions";
import { readFindings } from "@/lib/documents/clearance/read-findings";
import { writablePreconditions } from "@/lib/documents/clearance/writable-preconditions";
import type { UpdateOutcome } from "@/lib/documents/contract";
import type { TargetShape } from "@/lib/documents/target-shape";
import { isServiceFailure } from "@/lib/failures";
import { OperatorError } from "@/lib/operator-error";
import type { ClearanceWork } from "../compare/work";

/** Many documents may be found missing at once: the indexes are asked for once in a while. Milliseconds. */
const goodForMs = 1000;

const notLost = "What was written stays; the documents that are left were not touched.";

/**
 * Checks that the indexes still are those of the plan, and that nothing stands in the way of writing to them. To be called before the
 * first write: a bulk update to an index that was deleted would make it again, empty.
 * @throws OperatorError `index-replaced`, `index-missing`, or the code of the precondition that isn't met
 */
export async function requireStanding(work: ClearanceWork): Promise<void> {
  const { target, request } = work.held.settings;
  const findings = await work.calls.make([], (signal) => readFindings(work.documents, target, request, { signal }));
  requireSame(work, findings.shape);
  const found = preconditionsOf(request, findings);
  if (mayStart(found)) return;
  const first = found.find(({ level }) => level === "stop");
  throw stopped(first?.code ?? "not-ready", first?.what ?? "The documents can't be written to.", first?.next ?? null);
}

/** Answers whether the plan's indexes still are the same, asking at most once in a while. */
export function standingCheck(work: ClearanceWork): () => Promise<void> {
  let asked: { at: number; answer: Promise<void> } | null = null;
  return () => {
    if (asked && performance.now() - asked.at < goodForMs) return asked.answer;
    const answer = work.calls
      .make([], (signal) => work.documents.inspect(work.held.settings.target, { signal }))
      .then((shape) => requireSame(work, shape));
    asked = { at: performance.now(), answer };
    return answer;
  };
}

/**
 * Checks, after documents were refused, that the field still can be written where the plan says: mappings change while a run works.
 * @throws OperatorError the code of the precondition that isn't met
 */
export async function requireWritable({ held, documents, calls }: ClearanceWork): Promise<void> {
  const { target, request } = held.settings;
  const mappings = await calls.make([], (signal) =>
    documents.fieldMapping(target, request.field, { kind: request.kind, signal }).catch((error: unknown) => {
      // A key that may not see mappings may write all the same.
      if (isServiceFailure(error) && error.code === "auth") return [];
      throw error;
    }),
  );
  const first = writablePreconditions(request, mappings).found.find(({ level }) => level === "stop");
  if (first) throw stopped(first.code, first.what, first.next ?? null);
}

function requireSame(work: ClearanceWork, shape: TargetShape | null): void {
  for (const { name, uuid } of work.held.settings.indices) {
    const now = shape?.indices.find((index) => index.name === name);
    if (now === undefined)
      throw stopped(
        "index-missing",
        `The index ${name} isn't there any more, or doesn't belong to ${work.held.settings.target.join(", ")} any more.`,
        "Analyse again: the plan is about documents that are gone.",
      );
    if (uuid !== null && now.settings !== null && now.settings.uuid !== uuid)
      throw stopped(
        "index-replaced",
        // The server makes an index again, empty, when an update of a document in it was on its way while it was deleted.
        `The index ${name} was deleted and recreated after the plan was made: by somebody, or, empty, by an update that was on its way.`,
        "Analyse again: the plan is about documents that are gone.",
      );
  }
}

const advice: Record<Extract<UpdateOutcome, { state: "refused" }>["reason"], string> = {
  "write-blocked": "Remove the block (or make room on the disk), then resume the run.",
  "mapping-refused": "Add the field to the mapping (portage clearance add-mapping), then resume the run.",
  "rejected-by-target": "Check the index and what the key may do (portage doctor), then resume the run.",
};

/** What stops a run when the server refuses every document of an index. */
export function refusedIndex(index: string, refusal: Extract<UpdateOutcome, { state: "refused" }>): OperatorError {
  const { reason, detail } = refusal;
  return stopped(reason, `Elasticsearch takes no more updates of ${index}: ${detail}`, advice[reason]);
}

export function stopped(code: string, what: string, next: string | null): OperatorError {
  return new OperatorError({
    kind: "failed",
    code,
    what,
    notLost,
    next: next ?? "Fix the cause, then resume the run.",
  });
}

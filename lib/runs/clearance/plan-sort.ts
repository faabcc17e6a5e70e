import { decide, unindexedWords } from "@/lib/documents/clearance/decide";
import { encodePrint } from "@/lib/documents/clearance/print";
import type { DocumentHead, DocumentIndex } from "@/lib/documents/contract";
import type { ClearanceSettings } from "@/lib/shapes/documents/clearance";
import type { PlannedCreate, PlannedProblem, PlannedUpdate } from "../compare/analyse";
import { storable } from "../lifecycle/storable";
import { namespaceOf } from "./apply-members";
import { stopped } from "./apply-standing";
import { reviewedPrint } from "./reviewed-print";

/** What a plan notes of one document. `print` is the fence of its write, `bytes` what the write takes. */
export type PlannedDocument =
  | { kind: "create"; namespace: string; head: DocumentHead; print: string; bytes: number; change: PlannedCreate }
  | { kind: "update"; namespace: string; head: DocumentHead; print: string; bytes: number; change: PlannedUpdate }
  | { kind: "problem"; namespace: string; head: DocumentHead; change: PlannedProblem }
  | { kind: "right" | "kept"; namespace: string };

/**
 * How to sort documents into what a clearance would do with each. One that holds the value and isn't found by it counts as one to be set;
 * one that holds another value which isn't found is a problem with its reason.
 * @throws OperatorError `index-arrived` for a document of an index that the plan doesn't know
 */
export function documentSorter(
  { request, indices }: ClearanceSettings,
  sizeOf: DocumentIndex["sizeOf"],
): (head: DocumentHead) => PlannedDocument {
  const { field, value } = request;
  const places = new Map(indices.map(({ name }, place) => [name, place]));
  return (head) => {
    const { id, index, seqNo, primaryTerm, routing, held, found } = head;
    const place = places.get(index);
    if (place === undefined) throw arrived(index);
    const namespace = storable(namespaceOf(head));
    const problem = (detail: string, reason: "unreadable" | "not-indexed" = "unreadable"): PlannedDocument => ({
      kind: "problem",
      namespace,
      head,
      change: {
        ...{ id: storable(id), reason, detail, differences: [] },
        // A routing with a NUL can't be noted; where the document lies can.
        targetPrint: encodePrint({ index: place, seqNo, primaryTerm, routing: null }),
      },
    });
    const decision = decide(request, held, found);
    if (decision === "right" || decision === "kept") return { kind: decision, namespace };
    if (held.state === "other") return problem(`${field}: ${held.words}.`);
    if (decision === "unindexed" && held.state === "value")
      return problem(unindexedWords(field, held.value), "not-indexed");
    if (storable(id) !== id) return problem("Its ID holds a NUL character.");
    const print = encodePrint({ index: place, seqNo, primaryTerm, routing });
    const bytes = sizeOf(field, { index, id, routing, seqNo, primaryTerm, value });
    const written = { namespace, head, print, bytes };
    const cost = { tokens: 0, bytes };
    if (decision !== "overwrite" || held.state === "absent")
      return { ...written, kind: "create", change: { id, sourcePrint: reviewedPrint(index, request), cost } };
    return {
      ...written,
      kind: "update",
      change: {
        id,
        sourcePrint: reviewedPrint(index, request, held.value),
        targetPrint: print,
        textChanged: false,
        present: String(held.value),
        differences: [{ sign: "~", key: field, source: value, target: held.value }],
        cost,
      },
    };
  };
}

function arrived(index: string) {
  return stopped(
    "index-arrived",
    `The index ${index} came to the chosen names while the plan was made.`,
    "Plan again: the new plan has it in.",
  );
}

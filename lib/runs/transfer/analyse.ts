import { textPrint } from "@/lib/plan/fingerprint";
import type { JoinedChunk } from "@/lib/plan/merge-join";
import { prepare } from "./prepare";
import { readListed } from "./read-heads";
import { isTextless } from "./text-key-sample";
import type { Analysis } from "./walk";
import type { Work } from "./work";

/** Looks at every record that a chunk would create, as a run would, without embedding or writing: tokens, bytes, problems. */
export async function analyse(work: Work, chunk: JoinedChunk): Promise<Analysis> {
  const textPrints = new Map<string, string>();
  const analysis: Analysis = { texts: 0, tokens: 0, bytes: 0, problems: 0, findings: [], textPrints };
  const refuse = (id: string, reason: Analysis["findings"][number]["reason"], detail: string) => {
    analysis.problems++;
    analysis.findings.push({ id, kind: "skipped", reason, detail });
  };
  const size = work.held.settings.queryBatchSize;
  for (let start = 0; start < chunk.sourceOnly.length; start += size) {
    const ids = chunk.sourceOnly.slice(start, start + size);
    const heads = await readListed(work, ids);
    for (const id of heads.missing) refuse(id, "vanished-from-source", "It was listed, but is not there any more.");
    for (const [id, detail] of heads.unreadable) refuse(id, "unreadable", detail);
    for (const head of heads.records.values()) {
      textPrints.set(head.id, textPrint(head, work.held.settings));
      const prepared = await prepare(work, head);
      if (!prepared.ok) {
        if (isTextless(prepared.reason)) work.textKeys.add(head);
        refuse(head.id, prepared.reason, prepared.detail);
        continue;
      }
      if (prepared.from === "text") analysis.texts++;
      analysis.tokens += prepared.tokens;
      analysis.bytes += prepared.metadataBytes;
      if (prepared.warning) analysis.findings.push({ id: head.id, ...prepared.warning });
    }
  }
  return analysis;
}

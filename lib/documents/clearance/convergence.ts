/** What one pass over the documents to work on came to. */
export type Pass = {
  /** Documents that got the value, overwritten ones included. */
  set: number;
  /** Documents that held the value, unseen by searches, and were written again. */
  rewritten: number;
  /** Documents that changed meanwhile, or could not be written just then: the next pass meets them again. */
  again: number;
  /** Documents left alone with a finding: kept, unreadable, refused. */
  left: number;
  /** Documents that still are to be worked on, counted after a refresh. */
  remaining: number;
};

/** `done`: nothing is left but what has a finding. `stuck`: writing doesn't change what searches find; another pass won't either. */
export type Verdict = { state: "done" } | { state: "again" } | { state: "stuck"; words: string };

/**
 * Whether a run goes on after a pass. Counting is the proof that it came to its end; a count that doesn't fall however much is
 * written ends it with the reason, instead of writing for ever.
 */
export function checkPass(pass: Pass, before: Pass | null): Verdict {
  if (pass.remaining === 0) return { state: "done" };
  if (pass.set > 0 || pass.again > 0) return { state: "again" };
  if (pass.rewritten > 0 && (before === null || before.rewritten === 0 || pass.remaining < before.remaining)) {
    return { state: "again" };
  }
  if (pass.rewritten === 0 && pass.remaining <= pass.left) return { state: "done" };
  // Nothing was met, but the count says otherwise: documents that came in since.
  if (pass.rewritten === 0 && pass.left === 0 && (before === null || pass.remaining !== before.remaining)) {
    return { state: "again" };
  }
  const documents = pass.remaining === 1 ? "1 document" : `${pass.remaining.toLocaleString("en-US")} documents`;
  return {
    state: "stuck",
    words: `${documents} hold the value, but searches don't find it: the field isn't indexed there, or its value is ignored. Writing it again changes nothing; the mapping must.`,
  };
}

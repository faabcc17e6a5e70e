import { randomUUID } from "node:crypto";
import { codeShown, failureSentence, isServiceFailure } from "@/lib/failures";
import { isOperatorError } from "@/lib/operator-error";
import type { Problem, RunKind } from "@/lib/shapes/runs/run";
import type { SegmentWork } from "../compare/work";
import { tellRunChanged } from "../lifecycle/events";
import { Drained, LeaseLost, LeftToOthers, WaitUntil } from "../lifecycle/interruptions";
import { fence } from "../lifecycle/lease";

/** A segment that stumbles over something unforeseen (the database is restarted) is taken up again this often before it fails. */
const mostAttempts = 5;
const retryUnforeseenMs = 5000;
/** Whoever takes the segment next may be another worker: soon, but not in a circle at full speed. */
const leftForMs = 1000;

/** Notes why the segment was left, and gives the lease back; where another worker has it by now, there is nothing to note. */
export async function leaveSegment(work: SegmentWork, error: unknown): Promise<void> {
  try {
    await noteWhy(work, error);
  } catch (lost) {
    if (!(lost instanceof LeaseLost)) throw lost;
    const { runId, namespace } = work.held;
    work.parts.log.warn({ runId, namespace }, "another worker has taken this namespace over");
  }
}

async function noteWhy(work: SegmentWork, error: unknown): Promise<void> {
  if (error instanceof LeaseLost) throw error;
  const { held, parts } = work;
  const release = (assignments: string, values: readonly unknown[]) =>
    parts.database.transaction(async (sql) => {
      await fence(sql, held, `"leaseUntil" = NULL, "leaseOwner" = NULL, ${assignments}`, values);
      await tellRunChanged(sql, held.runId);
    });
  if (error instanceof Drained) {
    await release(`"state" = 'queued', "waitingFor" = NULL`, []);
  } else if (error instanceof LeftToOthers) {
    // Nothing was begun, so it doesn't count as an attempt.
    await release(
      `"state" = 'queued', "attempts" = "attempts" - 1, "wakeAt" = clock_timestamp() + $4 * interval '1 millisecond'`,
      [leftForMs],
    );
  } else if (error instanceof WaitUntil) {
    await release(`"state" = 'waiting', "waitingFor" = $4, "wakeAt" = $5`, [error.words, error.until]);
    await work.tell("warn", "waiting", error.message);
  } else if (isServiceFailure(error) || isOperatorError(error)) {
    await release(`"state" = 'failed', "error" = $4::jsonb`, [JSON.stringify(problemOf(error, held.kind))]);
    await work.tell("error", isServiceFailure(error) ? codeShown(error.code) : error.code, error.message);
  } else if (sqlState(error) === diskFull) {
    parts.log.error({ runId: held.runId, error }, "the disk that holds the database is full");
    await release(`"state" = 'failed', "error" = $4::jsonb`, [JSON.stringify(noRoom)]);
  } else {
    const reference = randomUUID().slice(0, 8);
    parts.log.error(
      { runId: held.runId, namespace: held.namespace, reference, error },
      "a segment stopped unexpectedly",
    );
    if (held.attempts < mostAttempts) {
      await release(`"state" = 'queued', "wakeAt" = clock_timestamp() + $4 * interval '1 millisecond'`, [
        retryUnforeseenMs * held.attempts,
      ]);
      await work.tell(
        "error",
        "unexpected",
        `Something unexpected happened (reference ${reference}); this namespace is taken up again.`,
      );
    } else {
      await release(`"state" = 'failed', "error" = $4::jsonb`, [JSON.stringify(unexpected(reference))]);
    }
  }
}

function problemOf(error: unknown, kind: RunKind): Problem {
  if (isOperatorError(error)) return { code: error.code, what: error.what, notLost: error.notLost, next: error.next };
  const failure = isServiceFailure(error) ? error : null;
  const advice: Record<string, string> = {
    auth: "Check the key and what it may do (portage doctor), then resume the run.",
    "not-permitted":
      "Nothing helps but a change of what this key's account, plan, region or model may do (quota, billing), or another key or model. Then resume the run.",
    "not-ready": "Wait until the index serves requests (portage doctor, the service's console), then resume the run.",
    endless:
      "Resume the run; if it stays so, check what stands between Portage and the service, and report it to the service.",
    "not-found": "Check the index's and the model's name (portage doctor), then resume the run.",
    conflict:
      "Set dimension and model to what the service and the index have (portage doctor), then start again: settings belong to a run.",
    disorder: "A plan of it could be wrong, so none is made. Resume the run; if it stays so, report it to the service.",
    malformed: "Check what stands between Portage and the service (proxy, address), then resume the run.",
  };
  return {
    code: failure ? codeShown(failure.code) : "unknown",
    what: failure ? failureSentence(failure) : "The run failed.",
    notLost:
      kind === "plan" || kind === "verify"
        ? "It only reads: nothing was embedded or written."
        : "Everything written so far stays, and is not paid for again.",
    next: failure?.next
      ? `${failure.next} Then resume the run.`
      : (advice[failure?.code ?? ""] ?? "Fix the cause, then resume the run."),
  };
}

function unexpected(reference: string): Problem {
  return {
    code: "unexpected",
    what: `Something unexpected happened (reference ${reference}).`,
    notLost: "Everything written so far stays, and is not paid for again.",
    next: `Look for ${reference} in the log, then resume the run.`,
  };
}

/** PostgreSQL's code for "no space left on device" (documentation, appendix A: error codes). */
const diskFull = "53100";

const noRoom: Problem = {
  code: "disk-full",
  what: "The disk that holds Portage's database is full.",
  notLost: "Everything written to the target stays; what could not be noted is looked up there.",
  next: "Free space, then resume the run.",
};

function sqlState(error: unknown): string | null {
  return typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : null;
}

import type { AttentionCause } from "@/lib/shapes/names";

export const causeWords: Record<AttentionCause, string> = {
  "run-failed": "Failed runs",
  "verify-failed": "Verification failed",
  "run-paused": "Paused runs",
  "records-not-written": "Records not written",
  "listing-short": "Fewer records listed than counted",
  "schedule-trouble": "Schedules in trouble",
  "webhook-given-up": "Webhooks not reached",
  "plan-waiting": "Plans that need review",
  "target-missing": "Target is missing records",
};

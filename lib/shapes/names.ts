/**
 * The closed lists of names that shapes are made of, without the shapes: pages need the names at once, and the library that checks shapes
 * only when an answer comes in.
 */

/** The route that the environment sets. */
export const defaultRoute = "default";

/** What somebody may do, least first: each may do what those before it may. */
export const roles = ["viewer", "operator", "approver", "admin"] as const;
export type Role = (typeof roles)[number];

/** Whether somebody of the role `held` may do what asks for `needed`. */
export function includesRole(held: Role, needed: Role): boolean {
  return roles.indexOf(held) >= roles.indexOf(needed);
}

export const runStates = [
  "queued",
  "running",
  "pausing",
  "paused",
  "waiting",
  "succeeded",
  "succeeded-with-findings",
  "failed",
  "cancelling",
  "cancelled",
] as const;
export type RunState = (typeof runStates)[number];
/** States that nothing leaves by itself; `failed` can be resumed by the operator. */
export const finalRunStates: readonly RunState[] = ["succeeded", "succeeded-with-findings", "failed", "cancelled"];

/** `plan`: reads only, makes a plan. `reembed`: creates. `mirror` and `clearance`: apply a plan. `verify`: read-back. */
export const runKinds = ["plan", "reembed", "mirror", "clearance", "verify"] as const;
export type RunKind = (typeof runKinds)[number];

export const segmentStates = ["queued", "running", "waiting", "done", "failed", "cancelled"] as const;

export const planKinds = ["mirror", "reembed", "clearance"] as const;
/** `superseded`: a newer plan over the same namespaces took its place. `no-changes`: a schedule's plan that held nothing to apply. */
export const planStates = [
  "planning",
  "ready",
  "approved",
  "applied",
  "stale",
  "failed",
  "superseded",
  "no-changes",
] as const;

export const changeKinds = ["create", "update", "problem", "orphan"] as const;
export type ChangeKind = (typeof changeKinds)[number];
export const changeSigns = ["+", "-", "~"] as const;

/**
 * Why something needs somebody, the most pressing first. `records-not-written`: a finished run left records out.
 * `listing-short`: a listing gave less than the statistics count. `plan-waiting`: a plan
 * can be approved or applied. `target-missing`: the target lacks records that the source has, and nothing is under way.
 */
export const attentionCauses = [
  "run-failed",
  "verify-failed",
  "run-paused",
  "records-not-written",
  "listing-short",
  "schedule-trouble",
  "webhook-given-up",
  "plan-waiting",
  "target-missing",
] as const;
export type AttentionCause = (typeof attentionCauses)[number];

/** `open` until its cause is gone (`solved`) or somebody has acknowledged it. */
export const attentionStates = ["open", "acknowledged", "solved"] as const;

/**
 * `failed`: the last analysis or application did. `review`: a plan of today waits for one. `outOfSync`: the sides differ. `never`: not
 * looked at yet. `unchecked`: all records are there, whether any was edited isn't known. `in-sync`: nothing differs, as of the last look.
 */
export const fleetStates = ["failed", "review", "out-of-sync", "never", "unchecked", "in-sync"] as const;
export type FleetState = (typeof fleetStates)[number];

export const fieldKinds = ["integer", "long", "double", "keyword", "boolean"] as const;
/** Types of a field that Portage adds to a mapping, and of the value it sets. */
export type FieldKind = (typeof fieldKinds)[number];

/** How documents that have no namespace at all are named where a namespace is expected: an empty name is a namespace, too. */
export const noNamespace = "__none__";

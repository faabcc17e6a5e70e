"use server";

import { verbs } from "@/lib/actions/verbs/registry";
import { answer } from "./answer";

/** Tests a new connection, and keeps it unless it was only to be tested. */
export async function add(input: unknown) {
  return answer(verbs.addConnection, input);
}

/** Changes a connection once it passes a test; a secret that is left out stays. */
export async function update(input: unknown) {
  return answer(verbs.updateConnection, input);
}

/** Forgets a connection with its secrets. */
export async function remove(input: unknown) {
  return answer(verbs.removeConnection, input);
}

/** What a route would do; nothing is written. */
export async function preview(input: unknown) {
  return answer(verbs.previewRoute, input);
}

/** Keeps a new route once both of its ends were looked at. */
export async function saveNew(input: unknown) {
  return answer(verbs.addRoute, input);
}

/** A route for each collection of a source, all or none. */
export async function saveSeveral(input: unknown) {
  return answer(verbs.severalRoutes, input);
}

/** Changes a route, as its next revision. */
export async function change(input: unknown) {
  return answer(verbs.updateRoute, input);
}

/** Forgets a route. */
export async function forget(input: unknown) {
  return answer(verbs.removeRoute, input);
}

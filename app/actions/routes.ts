"use server";

import { addConnection, addConnectionInput } from "@/lib/actions/connections/add-connection";
import { removeConnection } from "@/lib/actions/connections/remove-connection";
import { connectionNameInput } from "@/lib/actions/connections/show-connection";
import { updateConnection, updateConnectionInput } from "@/lib/actions/connections/update-connection";
import { addRoute, addRouteInput, updateRoute } from "@/lib/actions/routes/add-route";
import { previewRoute, previewRouteInput } from "@/lib/actions/routes/preview-route";
import { removeRoute } from "@/lib/actions/routes/remove-route";
import { routeNameInput } from "@/lib/actions/routes/show-route";
import { answer } from "./answer";

/** Tests a new connection, and keeps it unless it was only to be tested. */
export async function add(input: unknown) {
  return answer(addConnectionInput, input, (ctx, given) => addConnection(ctx, given));
}

/** Changes a connection once it passes a test; a secret that is left out stays. */
export async function update(input: unknown) {
  return answer(updateConnectionInput, input, (ctx, given) => updateConnection(ctx, given));
}

/** Forgets a connection with its secrets. */
export async function remove(input: unknown) {
  return answer(connectionNameInput, input, removeConnection);
}

/** What a route would do; nothing is written. */
export async function preview(input: unknown) {
  return answer(previewRouteInput, input, (ctx, given) => previewRoute(ctx, given));
}

/** Keeps a new route once both of its ends were looked at. */
export async function saveNew(input: unknown) {
  return answer(addRouteInput, input, (ctx, given) => addRoute(ctx, given));
}

/** Changes a route, as its next revision. */
export async function change(input: unknown) {
  return answer(addRouteInput, input, (ctx, given) => updateRoute(ctx, given));
}

/** Forgets a route. */
export async function forget(input: unknown) {
  return answer(routeNameInput, input, removeRoute);
}

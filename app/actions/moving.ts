"use server";

import { startGate, startGateInput } from "@/lib/actions/gate/start-gate";
import { searchInput, searchRoute } from "@/lib/actions/search/search-route";
import { switchRoute, switchRouteInput } from "@/lib/actions/switch/switch-route";
import { answer } from "./answer";

/** Asks both sides one question. A text is embedded once for each model. */
export async function searchBoth(input: unknown) {
  return answer(searchInput, input, (ctx, given) => searchRoute(ctx, given));
}

/** Begins to judge a route: both sides are read, nothing is written. */
export async function beginGate(input: unknown) {
  return answer(startGateInput, input, (ctx, given) => startGate(ctx, given));
}

/** Has the application ask the other side, or says what would be written. */
export async function switchApplication(input: unknown) {
  return answer(switchRouteInput, input, (ctx, given) => switchRoute(ctx, given));
}

import type { InfiniteData } from "@tanstack/react-query";
import { type BrowseDocuments, documentNamespacesQuery, documentsQuery } from "@/components/data/document-queries";
import { distanceQuery, type FleetBrowse, fleetQuery } from "@/components/data/fleet-queries";
import { type PlanFilters, plansQuery } from "@/components/data/mirror-queries";
import { gateQuery, gatesQuery, moveQuery, switchQuery } from "@/components/data/move-queries";
import {
  type Browse,
  browseQuery,
  configurationQuery,
  overviewQuery,
  type RunFilters,
  runDetailQuery,
  runsQuery,
  segmentsPageSize,
  segmentsQuery,
} from "@/components/data/queries";
import { along, type PageRoute } from "@/components/data/route-address";
import { connectionsQuery, kindsQuery, routesQuery } from "@/components/data/route-queries";
import { accountQuery } from "@/components/data/team-queries";
import { windowSize } from "@/components/data/window-size";
import { listConnections } from "@/lib/actions/connections/list-connections";
import { listKinds } from "@/lib/actions/connections/list-kinds";
import { showConfiguration } from "@/lib/actions/connections/show-configuration";
import { listDocumentNamespaces, listDocumentNamespacesInput } from "@/lib/actions/documents/list-document-namespaces";
import { showDocuments } from "@/lib/actions/documents/show-documents";
import { listFleet, listFleetInput } from "@/lib/actions/fleet/list-fleet";
import { listGates, showGate } from "@/lib/actions/gate/show-gate";
import { showMove } from "@/lib/actions/move/show-move";
import { browseNamespaces, browseNamespacesInput } from "@/lib/actions/namespaces/browse-namespaces";
import { showDifferences, showDifferencesInput } from "@/lib/actions/namespaces/show-differences";
import { showOverview } from "@/lib/actions/overview/show-overview";
import { listPlans, listPlansInput } from "@/lib/actions/plans/list-plans";
import { listRoutes } from "@/lib/actions/routes/list-routes";
import { listRuns, listRunsInput } from "@/lib/actions/runs/list-runs";
import { listSegments, listSegmentsInput } from "@/lib/actions/runs/list-segments";
import { showRunDetail } from "@/lib/actions/runs/show-run-detail";
import { showSwitch } from "@/lib/actions/switch/show-switch";
import { showAccount } from "@/lib/actions/team/tokens";
import type { Context } from "@/lib/actions/verbs/context";
import { parseInput } from "@/lib/actions/verbs/parse-input";

/** What pages read first, each under the key that its component asks by: the page arrives with its rows. */
const firstPage = <Page>(page: Page): InfiniteData<Page, string> => ({ pages: [page], pageParams: [""] });

/** Without what isn't set: that is how a query string leaves it out. */
function given<Values extends Record<string, unknown>>(values: Values): Partial<Values> {
  const set = Object.entries(values).filter(([, value]) => value !== null && value !== "");
  return Object.assign({}, ...set.map(([key, value]) => ({ [key]: value })));
}

export function overviewRead(route: PageRoute) {
  return { queryKey: overviewQuery(route).queryKey, read: (ctx: Context) => showOverview(ctx, along(route)) };
}

export const documentsRead = { queryKey: documentsQuery().queryKey, read: (ctx: Context) => showDocuments(ctx, {}) };

export function documentNamespacesRead(browse: BrowseDocuments) {
  return {
    queryKey: documentNamespacesQuery(browse, 0, windowSize).queryKey,
    read: (ctx: Context) =>
      listDocumentNamespaces(ctx, parseInput(listDocumentNamespacesInput, { ...given(browse), limit: windowSize })),
  };
}

export const configurationRead = {
  queryKey: configurationQuery().queryKey,
  read: (ctx: Context) => showConfiguration(ctx, {}),
};

export const connectionsRead = {
  queryKey: connectionsQuery().queryKey,
  read: (ctx: Context) => listConnections(ctx, {}),
};

export const kindsRead = { queryKey: kindsQuery().queryKey, read: (ctx: Context) => listKinds(ctx, {}) };

export const accountRead = { queryKey: accountQuery().queryKey, read: (ctx: Context) => showAccount(ctx, {}) };

export const routesRead = { queryKey: routesQuery().queryKey, read: (ctx: Context) => listRoutes(ctx, {}) };

export function browseRead(route: PageRoute, browse: Browse) {
  return {
    queryKey: browseQuery(route, browse, 0, windowSize).queryKey,
    read: (ctx: Context) =>
      browseNamespaces(
        ctx,
        parseInput(browseNamespacesInput, { ...given(browse), ...along(route), limit: windowSize }),
      ),
  };
}

export function runsRead(filters: RunFilters) {
  return {
    queryKey: runsQuery(filters).queryKey,
    read: async (ctx: Context) =>
      firstPage(await listRuns(ctx, parseInput(listRunsInput, { ...given(filters), limit: 50 }))),
  };
}

export function plansRead(filters: PlanFilters) {
  const { state, ...others } = filters;
  const asked = { ...given(others), ...(state === null ? {} : { state: [state] }), names: 1, limit: 30 };
  return {
    queryKey: plansQuery(filters).queryKey,
    read: async (ctx: Context) => firstPage(await listPlans(ctx, parseInput(listPlansInput, asked))),
  };
}

export function fleetRead(route: PageRoute, browse: FleetBrowse) {
  return {
    queryKey: fleetQuery(route, browse, 0, windowSize).queryKey,
    read: (ctx: Context) =>
      listFleet(ctx, parseInput(listFleetInput, { ...given(browse), ...along(route), limit: windowSize })),
  };
}

export function distanceRead(route: PageRoute) {
  return {
    queryKey: distanceQuery(route, null).queryKey,
    read: (ctx: Context) => showDifferences(ctx, parseInput(showDifferencesInput, along(route))),
  };
}

export function runDetailRead(id: string) {
  return { queryKey: runDetailQuery(id).queryKey, read: (ctx: Context) => showRunDetail(ctx, { id }) };
}

export function segmentsRead(id: string) {
  return {
    queryKey: segmentsQuery(id, "", 0, segmentsPageSize).queryKey,
    read: (ctx: Context) => listSegments(ctx, parseInput(listSegmentsInput, { id, limit: segmentsPageSize })),
  };
}

export const gatesRead = (name: string) => ({
  queryKey: gatesQuery(name).queryKey,
  read: (ctx: Context) => listGates(ctx, { route: name, limit: 50 }),
});

export const gateRead = (id: string) => ({
  queryKey: gateQuery(id).queryKey,
  read: (ctx: Context) => showGate(ctx, { id }),
});

export const switchRead = (name: string) => ({
  queryKey: switchQuery(name).queryKey,
  read: (ctx: Context) => showSwitch(ctx, { name }),
});

export const moveRead = (route: PageRoute) => ({
  queryKey: moveQuery(route).queryKey,
  read: (ctx: Context) => showMove(ctx, along(route)),
});

import { z } from "zod";
import { coverageSchema } from "@/lib/shapes/routes/fill";
import { routeSchema } from "@/lib/shapes/routes/route";
import { routePreviewSchema } from "@/lib/shapes/routes/route-preview";
import { severalRoutesInput, severalRoutesSchema } from "@/lib/shapes/routes/several-routes";
import { noInput } from "../connections/list-connections";
import { verb } from "../verbs/verb";
import { addRoute, addRouteInput, updateRoute } from "./add-route";
import { listRoutes } from "./list-routes";
import { previewRoute, previewRouteInput } from "./preview-route";
import { removeRoute } from "./remove-route";
import { severalRoutes } from "./several-routes";
import { showCoverage, showCoverageInput } from "./show-coverage";
import { routeNameInput, showRoute } from "./show-route";

const one = z.object({ route: routeSchema });

/** From a collection to a collection, by name: the part of the registry that routes are made of. */
export const routeVerbs = {
  listRoutes: verb({
    method: "GET",
    kind: "read",
    name: "listRoutes",
    role: "viewer",
    summary: "Named routes, that of the environment first.",
    path: "/routes",
    input: noInput,
    output: z.object({ routes: z.array(routeSchema) }),
    run: listRoutes,
  }),
  showRoute: verb({
    method: "GET",
    kind: "read",
    name: "showRoute",
    role: "viewer",
    summary: "One route with its rules.",
    path: "/routes/{name}",
    input: routeNameInput,
    output: one,
    run: showRoute,
  }),
  showCoverage: verb({
    method: "GET",
    kind: "read",
    name: "showCoverage",
    role: "viewer",
    summary:
      "How many rows of a route's table have a vector, of which model, by namespace, with the SQL that counts them.",
    path: "/routes/{name}/coverage",
    input: showCoverageInput,
    output: coverageSchema,
    run: showCoverage,
  }),
  previewRoute: verb({
    method: "POST",
    kind: "read",
    name: "previewRoute",
    role: "operator",
    summary: "Both ends, what stands against a route, and its first records as they would be written. Writes nothing.",
    path: "/routes/preview",
    input: previewRouteInput,
    output: routePreviewSchema,
    run: previewRoute,
  }),
  addRoute: verb({
    method: "POST",
    kind: "write",
    name: "addRoute",
    role: "admin",
    summary: "Keeps a route once both of its ends were looked at.",
    path: "/routes",
    input: addRouteInput,
    output: one,
    run: addRoute,
  }),
  severalRoutes: verb({
    method: "POST",
    kind: "write",
    name: "severalRoutes",
    role: "admin",
    summary:
      "A route for each collection of a source, to a collection or a namespace of its own, all or none: names that meet or can't be are refused before anything is saved.",
    path: "/routes/several",
    input: severalRoutesInput,
    output: severalRoutesSchema,
    run: severalRoutes,
  }),
  updateRoute: verb({
    method: "POST",
    kind: "write",
    name: "updateRoute",
    role: "admin",
    summary: "Changes a route, as its next revision.",
    path: "/routes/{name}",
    input: addRouteInput,
    output: one,
    before: (ctx, { name }) => showRoute(ctx, { name }),
    run: updateRoute,
  }),
  removeRoute: verb({
    method: "POST",
    kind: "write",
    name: "removeRoute",
    role: "admin",
    summary: "Forgets a route, unless a plan or a schedule needs it.",
    path: "/routes/{name}/remove",
    input: routeNameInput,
    output: one,
    before: (ctx, { name }) => showRoute(ctx, { name }),
    run: removeRoute,
  }),
};

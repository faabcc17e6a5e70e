import { z } from "zod";
import { collectionSchema, connectionTestSchema } from "@/lib/shapes/routes/connection-test";
import { inspectionSchema } from "@/lib/shapes/routes/inspection";
import { kindSchema } from "@/lib/shapes/routes/kind";
import { connectionSchema } from "@/lib/shapes/routes/route";
import { verb } from "../verbs/verb";
import { addConnection, addConnectionInput } from "./add-connection";
import { inspect, inspectInput } from "./inspect";
import { listCollections } from "./list-collections";
import { listConnections, noInput } from "./list-connections";
import { listKinds } from "./list-kinds";
import { removeConnection } from "./remove-connection";
import { connectionNameInput, showConnection } from "./show-connection";
import { testConnection } from "./test-connection";
import { updateConnection, updateConnectionInput } from "./update-connection";

const saved = z.object({ connection: connectionSchema.nullable(), test: connectionTestSchema.nullable() });
const one = z.object({ connection: connectionSchema });

/** Named stores and embedders: the part of the registry that connections are made of. */
export const connectionVerbs = {
  listKinds: verb({
    method: "GET",
    kind: "read",
    name: "listKinds",
    role: "viewer",
    summary: "Kinds of stores and embedders, each with the settings that it asks for.",
    path: "/kinds",
    input: noInput,
    output: z.object({ kinds: z.array(kindSchema) }),
    run: listKinds,
  }),
  listConnections: verb({
    method: "GET",
    kind: "read",
    name: "listConnections",
    role: "viewer",
    summary: "Named stores and embedders, those of the environment first; secrets are masked.",
    path: "/connections",
    input: noInput,
    output: z.object({ connections: z.array(connectionSchema) }),
    run: listConnections,
  }),
  showConnection: verb({
    method: "GET",
    kind: "read",
    name: "showConnection",
    role: "viewer",
    summary: "One connection; its secrets are masked.",
    path: "/connections/{name}",
    input: connectionNameInput,
    output: one,
    run: showConnection,
  }),
  addConnection: verb({
    method: "POST",
    kind: "write",
    name: "addConnection",
    role: "admin",
    summary: "Tests a new connection and keeps it, its secrets sealed.",
    path: "/connections",
    input: addConnectionInput,
    output: saved,
    run: addConnection,
  }),
  updateConnection: verb({
    method: "POST",
    kind: "write",
    name: "updateConnection",
    role: "admin",
    summary: "Changes a connection's settings once they pass a test; a secret that is left out stays.",
    path: "/connections/{name}",
    input: updateConnectionInput,
    output: saved,
    before: (ctx, { name }) => showConnection(ctx, { name }),
    run: updateConnection,
  }),
  testConnection: verb({
    method: "POST",
    kind: "read",
    name: "testConnection",
    role: "operator",
    summary: "How fast a connection answers, what its key may do, and what is there. Writes nothing.",
    path: "/connections/{name}/test",
    input: connectionNameInput,
    output: connectionTestSchema,
    run: testConnection,
  }),
  listCollections: verb({
    method: "GET",
    kind: "read",
    name: "listCollections",
    role: "operator",
    summary: "What a store holds vectors in: indexes, collections, tables.",
    path: "/connections/{name}/collections",
    input: connectionNameInput,
    output: z.object({ collections: z.array(collectionSchema), more: z.boolean() }),
    run: listCollections,
  }),
  inspect: verb({
    method: "GET",
    kind: "read",
    name: "inspect",
    role: "operator",
    summary:
      "What stores of vectors lie at a path below PORTAGE_FOLDERS, or what a connection leads to: counts, dimensions, keys, damage, what a move would cost. Writes nothing.",
    path: "/inspect",
    input: inspectInput,
    output: inspectionSchema,
    run: inspect,
  }),
  removeConnection: verb({
    method: "POST",
    kind: "write",
    name: "removeConnection",
    role: "admin",
    summary: "Forgets a connection with its secrets, unless something needs it.",
    path: "/connections/{name}/remove",
    input: connectionNameInput,
    output: one,
    before: (ctx, { name }) => showConnection(ctx, { name }),
    run: removeConnection,
  }),
};

import { namespacePageSchema, namespaceRowSchema, namespacesSchema } from "@/lib/shapes/namespaces/namespaces";
import { recordViewSchema } from "@/lib/shapes/namespaces/record";
import { verb } from "../verbs/verb";
import { browseNamespaces, browseNamespacesInput } from "./browse-namespaces";
import { countNamespace, countNamespaceInput } from "./count-namespace";
import { listNamespaces, listNamespacesInput } from "./list-namespaces";
import { refreshNamespaces, refreshNamespacesAnswer, refreshNamespacesInput } from "./refresh-namespaces";
import { showRecord, showRecordInput } from "./show-record";

const read = { method: "GET", kind: "read" } as const;

/** Both sides by namespace, and one record of them: the part of the registry that looks at stores. */
export const namespaceVerbs = {
  listNamespaces: verb({
    ...read,
    name: "listNamespaces",
    role: "viewer",
    summary: "Namespaces of both indexes with their counts, as statistics have them now.",
    path: "/namespaces",
    input: listNamespacesInput,
    output: namespacesSchema,
    run: listNamespaces,
  }),
  browseNamespaces: verb({
    ...read,
    name: "browseNamespaces",
    role: "viewer",
    summary: "One page of all namespaces, searched and sorted, from counts that are at most about 30 s old.",
    path: "/namespaces/browse",
    input: browseNamespacesInput,
    output: namespacePageSchema,
    run: browseNamespaces,
  }),
  refreshNamespaces: verb({
    method: "POST",
    kind: "write",
    name: "refreshNamespaces",
    role: "operator",
    summary: "Reads the counts of both indexes again.",
    path: "/namespaces/refresh",
    input: refreshNamespacesInput,
    output: refreshNamespacesAnswer,
    run: refreshNamespaces,
  }),
  countNamespace: verb({
    ...read,
    name: "countNamespace",
    role: "viewer",
    summary: "Records of a namespace on both sides: from statistics, or exactly by listing.",
    path: "/namespaces/count",
    input: countNamespaceInput,
    output: namespaceRowSchema,
    run: countNamespace,
  }),
  showRecord: verb({
    ...read,
    name: "showRecord",
    role: "viewer",
    summary: "One record of a namespace with its metadata as both indexes have it now, and in what they differ.",
    path: "/namespaces/record",
    input: showRecordInput,
    output: recordViewSchema,
    run: showRecord,
  }),
};

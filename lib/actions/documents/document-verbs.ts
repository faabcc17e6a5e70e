import {
  documentCountsSchema,
  documentNamespacesSchema,
  documentsOverviewSchema,
} from "@/lib/shapes/documents/documents";
import { verb } from "../verbs/verb";
import { addMapping, addMappingAnswer, addMappingInput } from "./add-mapping";
import { countDocuments, countDocumentsInput } from "./count-documents";
import { listDocumentNamespaces, listDocumentNamespacesInput } from "./list-document-namespaces";
import { showDocuments, showDocumentsInput } from "./show-documents";

const read = { method: "GET", kind: "read" } as const;
const write = { method: "POST", kind: "write" } as const;

/** The documents that levels are set on, as they stand: the part of the registry that looks, and adds a mapping. */
export const documentVerbs = {
  showDocuments: verb({
    ...read,
    name: "showDocuments",
    role: "viewer",
    summary:
      "Documents with and without a clearance level, their indexes, and what is to be known before the first write.",
    path: "/documents",
    input: showDocumentsInput,
    output: documentsOverviewSchema,
    run: showDocuments,
  }),
  listDocumentNamespaces: verb({
    ...read,
    name: "listDocumentNamespaces",
    role: "viewer",
    summary: "A page of the namespaces of all documents, with how many documents have a level.",
    path: "/documents/namespaces",
    input: listDocumentNamespacesInput,
    output: documentNamespacesSchema,
    run: listDocumentNamespaces,
  }),
  countDocuments: verb({
    method: "POST",
    kind: "read",
    name: "countDocuments",
    role: "viewer",
    summary: "Documents of some namespaces with and without the field, and by value. Reads only.",
    path: "/documents/count",
    input: countDocumentsInput,
    output: documentCountsSchema,
    run: countDocuments,
  }),
  addMapping: verb({
    ...write,
    name: "addMapping",
    role: "approver",
    summary: "Adds the field to the mapping of those indexes that don't know it. No document is written.",
    path: "/documents/mapping",
    input: addMappingInput,
    output: addMappingAnswer,
    run: addMapping,
  }),
};

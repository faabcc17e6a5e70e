import { storeKind } from "../kind";
import { indexNames } from "../pinecone/index-names";
import { pineconeRates, plain } from "../pinecone/kind";
import { openDocumentSource, openDocumentTarget } from "./index";
import { settings } from "./settings";

/** Pinecone's document indexes (API 2026-07): records are documents with named fields, and their texts can be searched. */
export const pineconeDocuments = storeKind({
  kind: "pinecone-documents",
  service: "Pinecone documents",
  words: { collection: "index", namespace: "namespace" },
  settings,
  place: { collection: "required" },
  namedFields: true,
  collectionNames: indexNames,
  rates: pineconeRates,
  openSource: ({ apiKey, controllerHost }, world) =>
    openDocumentSource({ apiKey, controllerHost: plain(controllerHost), ...world }),
  openTarget: ({ apiKey, controllerHost, cloud, region, ...fields }, world) =>
    openDocumentTarget(
      { apiKey, controllerHost: plain(controllerHost), ...world },
      { settings: fields, whereabouts: { cloud, region } },
    ),
});

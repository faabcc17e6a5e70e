import { z } from "zod";
import { field, secretText, storeKind } from "../kind";
import { openPineconeSource, openPineconeTarget } from "./index";
import { indexNames } from "./index-names";

const settings = z.strictObject({
  apiKey: field(secretText(), {
    label: "API key",
    help: "Of the project that holds the indexes: app.pinecone.io, API keys.",
    secret: true,
  }),
  controllerHost: field(z.url({ protocol: /^https?$/ }).optional(), {
    label: "Control plane",
    help: "Another address than Pinecone's own, for a proxy.",
    placeholder: "https://api.pinecone.io",
    address: true,
  }),
  cloud: field(z.enum(["aws", "gcp", "azure"]).default("aws"), {
    label: "Cloud",
    help: "Where an index is created that is missing.",
  }),
  region: field(z.string().min(1).max(100).default("us-east-1"), {
    label: "Region",
    help: "Where an index is created that is missing.",
  }),
});

/** As the environment's is read: accounts are told apart by it. */
const plain = (address: string | undefined) => address?.replace(/\/+$/, "") || null;

/** Pinecone's serverless indexes. Rates and prices as its documentation gives them for a Standard plan (2026-11). */
export const pinecone = storeKind({
  kind: "pinecone",
  service: "Pinecone",
  words: { collection: "index", namespace: "namespace" },
  settings,
  place: { collection: "required" },
  collectionNames: indexNames,
  rates: () => ({
    listsPerSecond: 200,
    fetchesPerSecond: 100,
    upsertsPerSecond: 100,
    perMillionReadUnits: 16,
    perMillionWriteUnits: 4,
  }),
  openSource: ({ apiKey, controllerHost }, world) =>
    openPineconeSource({ apiKey, controllerHost: plain(controllerHost), ...world }),
  openTarget: ({ apiKey, controllerHost, cloud, region }, world) =>
    openPineconeTarget({ apiKey, controllerHost: plain(controllerHost), ...world }, { cloud, region }),
});

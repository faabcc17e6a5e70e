import { z } from "zod";
import { storeKind } from "../kind";
import { openPineconeSource, openPineconeTarget } from "./index";
import { indexNames } from "./index-names";
import { projectSettings } from "./settings";

const settings = z.strictObject(projectSettings);

/** As the environment's is read: accounts are told apart by it. */
export const plain = (address: string | undefined) => address?.replace(/\/+$/, "") || null;

/** Rates and prices as Pinecone's documentation gives them for a Standard plan (2026-11). */
export const pineconeRates = () => ({
  listsPerSecond: 200,
  fetchesPerSecond: 100,
  upsertsPerSecond: 100,
  perMillionReadUnits: 16,
  perMillionWriteUnits: 4,
  billsEgress: true,
});

/** Pinecone's serverless indexes of vectors. */
export const pinecone = storeKind({
  kind: "pinecone",
  service: "Pinecone",
  words: { collection: "index", namespace: "namespace" },
  settings,
  place: { collection: "required" },
  collectionNames: indexNames,
  rates: pineconeRates,
  openSource: ({ apiKey, controllerHost }, world) =>
    openPineconeSource({ apiKey, controllerHost: plain(controllerHost), ...world }),
  openTarget: ({ apiKey, controllerHost, cloud, region }, world) =>
    openPineconeTarget({ apiKey, controllerHost: plain(controllerHost), ...world }, { cloud, region }),
});

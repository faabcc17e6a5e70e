import type { VectorSource, VectorTarget } from "../contract";
import { storeKind, unlimited } from "../kind";
import { service } from "./failures";
import { ChromaServer } from "./server";
import { type ChromaSettings, settings } from "./settings";
import { createChromaSource } from "./source";
import { createChromaTarget } from "./target";

export const openChromaSource = (settings: ChromaSettings): VectorSource =>
  createChromaSource(new ChromaServer(settings), settings).source;
export const openChromaTarget = (settings: ChromaSettings): VectorTarget =>
  createChromaTarget(new ChromaServer(settings), settings);

/** A server of Chroma, read from and written to: API v2, and v1 of servers before 0.6. */
export const chroma = storeKind({
  kind: "chroma",
  service,
  words: { collection: "collection", namespace: null },
  settings,
  place: { setting: "address", collection: "required" },
  rates: () => unlimited,
  openSource: openChromaSource,
  openTarget: openChromaTarget,
});

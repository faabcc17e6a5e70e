import { binaryFloatBytes, storeKind, unlimited } from "../kind";
import { service } from "./connection/failures";
import { openPgvectorSource, openPgvectorTarget } from "./index";
import { settings } from "./settings";

/** Tables of PostgreSQL that hold vectors. */
export const pgvector = storeKind({
  kind: "pgvector",
  service,
  words: { collection: "table", namespace: "namespace" },
  settings,
  place: { collection: "required" },
  rates: () => unlimited,
  floatBytes: binaryFloatBytes,
  openSource: openPgvectorSource,
  openTarget: openPgvectorTarget,
});

import type { VectorSource, VectorTarget } from "../contract";
import { columnsOf, type Settings } from "./settings";
import { createSource } from "./source";
import { openStore, type PgvectorOptions } from "./tables/open-store";
import { createTarget } from "./target";

/** The tables of one schema, to read only. Nothing is asked before the first call. */
export function openPgvectorSource(settings: Settings): VectorSource {
  const options = optionsOf(settings);
  return createSource(openStore(options, "source"), options);
}

/** The tables of one schema, to read and write. A collection that is missing becomes a table of Portage's own. */
export function openPgvectorTarget(settings: Settings): VectorTarget {
  const options = optionsOf(settings);
  return createTarget(openStore(options, "target"), options, settings);
}

function optionsOf(settings: Settings): PgvectorOptions {
  const { address, schema, metric, statementSeconds, lockSeconds } = settings;
  return { address, schema, metric, statementSeconds, lockSeconds, columns: columnsOf(settings) };
}

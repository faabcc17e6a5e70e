import type { Config } from "@/lib/config";
import type { Database } from "@/lib/db/contract";
import type { DocumentIndex } from "@/lib/documents/contract";
import type { Embedder } from "@/lib/embedders/contract";
import type { RouteBook } from "@/lib/routes/open-route";
import type { RouteNow } from "@/lib/routes/route-now";
import type { VectorSource, VectorTarget } from "@/lib/stores/contract";

export interface EngineLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** What the engine works with; opened by whoever starts it. */
export type EngineParts = {
  config: Config;
  database: Database;
  source: VectorSource;
  target: VectorTarget;
  embedder: Embedder;
  /** The route that these are the ends of; left out: the environment's. */
  route?: RouteNow;
  /** Opens other routes than the environment's; left out: there are none. */
  routes?: RouteBook;
  /** `null`: no document index is configured. */
  documents: DocumentIndex | null;
  log: EngineLog;
  /** Names this worker in leases and events: `host:pid`. */
  workerName: string;
};

/** Sent with a run's ID after every commit that changes what is seen of it. */
export const runChannel = "portage_run";
/** Sent with a run's ID when a worker should look at it at once: started, paused, resumed, cancelled. */
export const controlChannel = "portage_control";

/** What it takes to talk to the services, in one place that is read while the threads start. Libraries are loaded by who needs them. */
export { openDocuments } from "@/lib/documents/registry";
export { openEmbedder } from "@/lib/embedders/registry";
export { checkSeals } from "@/lib/routes/check-seals";
export { RouteBook } from "@/lib/routes/open-route";
export { openStores, readAhead } from "@/lib/stores/registry";

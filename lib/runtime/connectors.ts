/** The services' libraries, in one place that is read when they are needed: with them comes most of the code of a command. */
export { openDocuments } from "@/lib/documents/registry";
export { openEmbedder } from "@/lib/embedders/registry";
export { checkSeals } from "@/lib/routes/check-seals";
export { RouteBook } from "@/lib/routes/open-route";
export { openStores } from "@/lib/stores/registry";

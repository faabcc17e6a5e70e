import path from "node:path";

/** The folder that Portage is installed in. */
export const root = path.resolve(import.meta.dirname, "..", "..");

/** The header in which every answer of the HTTP API names the build that it is of. */
export const buildHeader = "portage-build";

/** The build that this code is of: set into server and browser code alike when the pages are built. */
export const pagesBuild = process.env.PAGES_BUILD ?? "development";

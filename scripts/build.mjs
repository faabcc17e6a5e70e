/** npm run build: generates the database client, bundles the command line and the threads, builds the pages; each only when it changed. */
import { buildPages, bundle, generateClient } from "./build/steps.mjs";

const changed = [await generateClient(), await bundle(), await buildPages()];
if (!changed.includes(true)) process.stderr.write("Portage: everything is built already\n");

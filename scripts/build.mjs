/** npm run build: generates the database client, bundles the command line and the threads, builds the pages; each when it changed. */
import { prepareAll } from "./build/prepare.mjs";

if (!(await prepareAll())) process.stderr.write("Portage: everything is built already\n");

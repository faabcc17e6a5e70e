/** npm start: builds what changed, then serves. */
process.env.NODE_ENV ??= "production";
process.env.NEXT_TELEMETRY_DISABLED ??= "1";

const { bundlePath, prepareAll } = await import("./build/prepare.mjs");
await prepareAll();
// What is written from here on, exports too, is for its owner alone.
process.umask(0o077);
process.stderr.write("Portage: starting ...\n");
const { start } = await import(bundlePath("start.mjs"));
process.exit(await start({ dev: false }));

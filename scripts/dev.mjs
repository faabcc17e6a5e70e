/** npm run dev: serves with pages that reload when a file changes. The engine and the threads are those of this start. */
process.env.NODE_ENV ??= "development";
process.env.NEXT_TELEMETRY_DISABLED ??= "1";

const { bundlePath, prepareCommandLine } = await import("./build/prepare.mjs");
await prepareCommandLine();
// What is written from here on, exports too, is for its owner alone.
process.umask(0o077);
const { start } = await import(bundlePath("start.mjs"));
process.exit(await start({ dev: true }));

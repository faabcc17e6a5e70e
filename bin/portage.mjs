#!/usr/bin/env node
import module from "node:module";
import v8 from "node:v8";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`Portage needs Node.js 20.19 or newer; this is ${process.version}.\n`);
  process.exit(2);
}
// Node 20 sometimes never ends after it has run WebAssembly (nodejs/node issue 54918); this and the explicit end below avoid it.
if (major === 20) v8.setFlagsFromString("--no-concurrent-recompilation");
// From Node 22 on, what was compiled once is kept for the next command.
module.enableCompileCache?.();
// Pinecone's SDK would print requests, the API key with them.
delete process.env.PINECONE_DEBUG;
delete process.env.PINECONE_DEBUG_CURL;
process.env.NODE_ENV ??= "production";
process.env.NEXT_TELEMETRY_DISABLED ??= "1";

// A reader that has seen enough (`portage ... | head`) is no failure: the work goes on in silence, and its exit code is its own.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error) => {
    if (!("code" in error) || error.code !== "EPIPE") process.exit(3);
  });
}

const args = process.argv.slice(2);
const { bundlePath, prepareAll, prepareCommandLine } = await import("../scripts/build/prepare.mjs");
try {
  await (args[0] === "serve" && !args.includes("--help") ? prepareAll() : prepareCommandLine());
} catch (error) {
  const why = error instanceof Error ? error.message : String(error);
  process.stderr.write(`Portage can't be built: ${why}\nNothing was started and nothing was spent.\n`);
  process.stderr.write("Run `npm ci` again in Portage's folder; it must be writable.\n");
  process.exit(3);
}
// What is written from here on, exports too, is for its owner alone.
process.umask(0o077);
const { main } = await import(bundlePath("cli.mjs"));
const code = await main(args);
await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write("", done))));
process.exit(code);

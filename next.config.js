/** @type {import("next").NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Built and type-checked by `npm run check`; a second pass in every build would only cost time.
  typescript: { ignoreBuildErrors: true },
  // Pages and answers name the build that they are of: scripts/build/steps.mjs says it.
  env: { PAGES_BUILD: process.env.PAGES_BUILD ?? "development" },
  // Native add-ons, WASM and anything opened once per process stay outside the bundles.
  serverExternalPackages: [
    "@electric-sql/pglite",
    "bullmq",
    "pg",
    "lmdb",
    "node-sqlite3-wasm",
    "node-sqlite3-wasm",
    "pino",
    "@prisma/client",
    "@prisma/adapter-pg",
  ],
};

export default config;

/**
 * Imports flow one way: each room may import what stands below it and nothing else.
 * base < formats < stores, embedders, documents, db < webhooks, audit, auth, plan, routes, search, switch < gate, runs < actions < cli, app; `runtime` puts them together, and `sandbox` is a program of its own.
 */
const base = "^lib/[^/]+\\.ts$|^lib/(shapes|config|http|text)/";
const rooms = {
  formats: [],
  stores: ["formats"],
  embedders: [],
  documents: [],
  db: [],
  webhooks: ["db"],
  audit: ["db"],
  auth: ["db"],
  plan: ["stores", "embedders", "documents"],
  routes: ["plan", "stores", "embedders", "db"],
  search: ["stores", "embedders"],
  switch: [],
  gate: ["search", "plan", "stores", "embedders"],
  runs: ["routes", "plan", "stores", "embedders", "documents", "db", "webhooks", "audit"],
  actions: [
    "formats",
    "routes",
    "search",
    "gate",
    "switch",
    "runs",
    "plan",
    "stores",
    "embedders",
    "documents",
    "db",
    "webhooks",
    "audit",
    "auth",
  ],
  cli: ["actions", "runtime"],
  runtime: ["actions", "auth", "audit", "routes", "runs", "plan", "stores", "embedders", "documents", "db", "/sandbox"],
};

const forbidden = Object.entries(rooms).map(([room, below]) => ({
  name: `${room}-imports-downwards`,
  severity: "error",
  from: { path: `^lib/${room}/`, pathNot: "\\.(test|suite|bench)\\.ts$" },
  to: {
    path: "^(lib|app|components|sandbox)/",
    pathNot: [
      base,
      `^lib/${room}/`,
      ...below.map((name) => (name.startsWith("/") ? `^${name.slice(1)}/` : `^lib/${name}`)),
    ],
  },
}));

/** The rooms of the store for PostgreSQL, lowest first: none imports one above it, or what stands beside the rooms and puts them together. */
const storeRooms = ["connection", "tables", "reading", "writing", "building"];
const storeRules = storeRooms.map((room, place) => ({
  name: `pgvector-${room}-imports-downwards`,
  severity: "error",
  from: { path: `^lib/stores/pgvector/${room}/`, pathNot: "\\.(test|suite)\\.ts$" },
  to: {
    path: [
      ...storeRooms.slice(place + 1).map((above) => `^lib/stores/pgvector/${above}/`),
      "^lib/stores/pgvector/(facade|index|kind|source|target)\\.ts$",
    ],
  },
}));

/** The engine's rooms, lowest first; `attention` notes things down wherever they happen, and `testing` stands apart. */
const engine = [
  "lifecycle",
  "review",
  "pacing",
  "compare",
  "transfer",
  "verify",
  "clearance",
  "plans",
  "schedules",
  "worker",
];
const engineRooms = engine.map((room, place) => ({
  name: `runs-${room}-imports-downwards`,
  severity: "error",
  from: { path: `^lib/runs/${room}/`, pathNot: "\\.(test|suite|test-worker)\\.ts$" },
  to: { path: engine.slice(place + 1).map((above) => `^lib/runs/${above}/`), dependencyTypesNot: ["type-only"] },
}));

module.exports = {
  forbidden: [
    ...forbidden,
    ...engineRooms.slice(0, -1),
    ...storeRules,
    {
      name: "base-stands-alone",
      severity: "error",
      from: { path: base, pathNot: "\\.test\\.ts$" },
      to: { path: "^(lib|app|components|generated)/", pathNot: base },
    },
    {
      name: "sandbox-stands-alone",
      severity: "error",
      from: { path: "^sandbox/", pathNot: "\\.(test|suite)\\.ts$" },
      to: {
        path: "^(lib|app|components|generated)/",
        pathNot: [base, "^lib/embedders/hashing/", "^lib/embedders/contract\\.ts$", "^lib/db/embedded/"],
      },
    },
    {
      name: "pages-call-verbs",
      comment: "Pages and components go through lib/actions; they never open a connector, the engine or the database.",
      severity: "error",
      from: { path: "^(app|components)/", pathNot: "\\.test\\.tsx?$" },
      to: { path: "^lib/", pathNot: [base, "^lib/actions/"] },
    },
    {
      name: "components-show",
      severity: "error",
      from: { path: "^components/" },
      to: { path: "^app/", pathNot: "^app/actions/" },
    },
    {
      name: "only-db-imports-prisma",
      severity: "error",
      from: { path: "^(lib|app|components)/", pathNot: "^lib/db/" },
      to: {
        path: ["^generated/", "^node_modules/(@prisma|prisma|@electric-sql)/"],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "only-db-and-pgvector-import-pg",
      comment: "Portage's own database, and the tables of others that it reads and writes vectors in.",
      severity: "error",
      from: { path: "^(lib|app|components)/", pathNot: "^lib/(db|stores/pgvector)/" },
      to: { path: "^node_modules/pg/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "vendors-stay-at-the-border",
      severity: "error",
      from: {
        path: "^(lib|app|components)/",
        pathNot: ["^lib/stores/pinecone/", "^lib/embedders/gemini/", "^lib/documents/elasticsearch/", "\\.test\\.ts$"],
      },
      to: { path: "^node_modules/(@pinecone-database|@google/generative-ai|@elastic)/" },
    },
    {
      name: "no-circles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules|generated" },
    enhancedResolveOptions: {
      extensions: [".ts", ".tsx", ".mts", ".js", ".mjs", ".json"],
      conditionNames: ["import", "node", "default"],
    },
  },
};

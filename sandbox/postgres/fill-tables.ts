import type { PGlite } from "@electric-sql/pglite";
import { hashText } from "@/lib/embedders/hashing/hash-text";
import { geminiModel, readable } from "../gemini/model";
import { findModules } from "../seed/find-documents";
import { seedRecords } from "../seed/seed-records";

/** Whose documentation the application has as articles, and under which topic. */
const topics = [
  ["commander", "command line"],
  ["p-queue", "queues"],
  ["vite", "build"],
  ["pino", "logging"],
] as const;
const articlesOfTopic = 40;
/** Every third has its vector already, as an application has that began to fill them by itself. */
const filledEvery = 3;

/**
 * What an application's database has before Portage comes: articles with texts, of which some have vectors; and an empty table of Portage's own kind
 * for records that are copied. The table for records that are embedded again isn't there: its plan shows the statements that make it.
 */
const tables = `CREATE EXTENSION IF NOT EXISTS vector;
CREATE TABLE articles (
  id text COLLATE "C" PRIMARY KEY,
  topic text NOT NULL,
  title text NOT NULL,
  body text NOT NULL,
  published_at timestamptz NOT NULL,
  embedding vector(${geminiModel.dimension}),
  embedding_model text,
  embedded_at timestamptz
);
CREATE TABLE documents (
  namespace text COLLATE "C" NOT NULL DEFAULT '',
  id text COLLATE "C" NOT NULL,
  embedding vector(1536) NOT NULL,
  metadata jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (namespace, id)
);
COMMENT ON TABLE documents IS 'Vectors kept by Portage; metric: cosine';`;

const insert = `INSERT INTO articles VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`;

export async function fillTables(database: PGlite): Promise<void> {
  await database.exec(tables);
  const modules = findModules();
  await database.transaction(async (transaction) => {
    for (const [name, topic] of topics) {
      const records = seedRecords(modules, { package: name, migrated: "not" }, new Set()).slice(0, articlesOfTopic);
      for (const [at, { metadata }] of records.entries()) {
        const { title, text, uploaded_at: published } = metadata;
        const filled = at % filledEvery === 0;
        await transaction.query(insert, [
          `${name}-${String(at + 1).padStart(3, "0")}`,
          topic,
          title,
          text,
          published,
          ...(filled ? [vectorOf(`${title}\n${text}`), geminiModel.name, published] : [null, null, null]),
        ]);
      }
    }
  });
}

/** As the stand-in for Gemini answers it, so that a look at such a vector finds that it belongs to its text. */
function vectorOf(text: string): string {
  const millionths = hashText(readable(text).read, geminiModel.dimension);
  return `[${Array.from(millionths, (value) => value / 1_000_000).join(",")}]`;
}

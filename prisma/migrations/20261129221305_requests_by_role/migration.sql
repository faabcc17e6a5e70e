-- AlterTable
ALTER TABLE "Segment" ADD COLUMN     "targetFetches" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "targetLists" INTEGER NOT NULL DEFAULT 0;

-- Estimates go by role instead of by vendor; those that stand keep what their requests are called, and count both sides as one.
UPDATE "Plan" SET "estimate" = jsonb_set(jsonb_set("estimate", '{requests}', (
    SELECT coalesce(jsonb_object_agg(CASE r.key WHEN 'pinecone.list' THEN 'source.list' WHEN 'pinecone.fetch' THEN 'source.fetch'
        WHEN 'pinecone.upsert' THEN 'target.upsert' WHEN 'gemini.embed' THEN 'embed' ELSE r.key END, r.value), '{}'::jsonb)
      FROM jsonb_each("estimate" -> 'requests') AS r)),
    '{labels}', '{"source.list": "Pinecone list", "source.fetch": "Pinecone fetch", "target.upsert": "Pinecone upsert", "embed": "Gemini embed",
      "elasticsearch.bulk": "Elasticsearch bulk"}'::jsonb)
  WHERE jsonb_typeof("estimate" -> 'requests') = 'object';

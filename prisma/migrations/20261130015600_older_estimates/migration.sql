-- Estimates of earlier versions counted what can't be migrated among what would be written, and noted no record's text: applied now, they would
-- embed what was edited since and what nobody priced. Those that nobody has begun to apply are out of date: estimating again costs nothing.
UPDATE "Plan" p SET "state" = 'stale'
  WHERE p."kind" = 'reembed' AND p."state" IN ('ready', 'approved')
    AND NOT EXISTS (SELECT 1 FROM "Run" r WHERE r."planId" = p."id" AND r."kind" = 'reembed' AND r."state" <> 'cancelled')
    AND EXISTS (SELECT 1 FROM "Chunk" c WHERE c."planId" = p."id" AND cardinality(c."creates") > 0 AND c."createPrints" = '');

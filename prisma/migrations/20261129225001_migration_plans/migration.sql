-- The plan of a migration holds its problems and what each record looked like, as any plan does. Dry runs that an earlier version had begun
-- noted neither: they read from the start again, which costs nothing. Plans that are made stay as they are.
DELETE FROM "Chunk" c USING "Plan" p
  WHERE p."id" = c."planId" AND p."kind" = 'reembed' AND p."state" IN ('planning', 'failed')
    AND EXISTS (SELECT 1 FROM "Run" r WHERE r."planId" = p."id" AND r."kind" = 'plan' AND r."state" <> 'cancelled');

UPDATE "Segment" s SET "listedThrough" = NULL, "listed" = false, "chunks" = 0, "total" = 0, "unchanged" = 0, "skipped" = 0, "orphans" = 0, "endedAt" = NULL,
       "state" = CASE WHEN s."state" <> 'done' THEN s."state" WHEN r."state" = 'failed' THEN 'failed' ELSE 'queued' END
  FROM "Run" r JOIN "Plan" p ON p."id" = r."planId"
  WHERE s."runId" = r."id" AND r."kind" = 'plan' AND r."state" <> 'cancelled' AND p."kind" = 'reembed' AND p."state" IN ('planning', 'failed');

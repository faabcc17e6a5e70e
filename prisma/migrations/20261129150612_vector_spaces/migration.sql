-- CreateTable
CREATE TABLE "VectorSpace" (
    "account" TEXT NOT NULL,
    "index" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "dimension" INTEGER NOT NULL,
    "task" TEXT NOT NULL,
    "vectors" BIGINT NOT NULL,
    "firstRunId" TEXT NOT NULL,
    "lastRunId" TEXT NOT NULL,
    "firstAt" TIMESTAMPTZ(3) NOT NULL,
    "lastAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "VectorSpace_pkey" PRIMARY KEY ("index","namespace","account","model","dimension","task")
);

-- What earlier runs wrote: re-embeddings created all that they wrote, mirrorings what their plans list as creates.
INSERT INTO "VectorSpace" ("account", "index", "namespace", "model", "dimension", "task", "vectors", "firstRunId", "lastRunId", "firstAt", "lastAt")
SELECT '', w."index", w."namespace", w."model", w."dimension", w."task", sum(w."vectors"),
       (array_agg(w."id" ORDER BY w."at"))[1], (array_agg(w."id" ORDER BY w."at" DESC))[1], min(w."at"), max(w."at")
  FROM (
    SELECT r."id", coalesce(r."startedAt", r."createdAt") AS "at", s."namespace",
           r."settings" #>> '{target,index}' AS "index", r."settings" #>> '{embedder,model}' AS "model",
           (r."settings" #>> '{embedder,dimension}')::int AS "dimension", r."settings" #>> '{embedder,task}' AS "task",
           CASE WHEN r."kind" = 'reembed' THEN s."written"
                ELSE (SELECT coalesce(sum(length(left(p."outcome", c."createCount")) - length(translate(left(p."outcome", c."createCount"), 'w', ''))), 0)
                        FROM "Progress" p JOIN "Chunk" c ON c."planId" = r."planId" AND c."namespace" = p."namespace" AND c."sequence" = p."sequence"
                       WHERE p."runId" = r."id" AND p."namespace" = s."namespace") END AS "vectors"
      FROM "Run" r JOIN "Segment" s ON s."runId" = r."id"
     WHERE r."kind" IN ('reembed', 'mirror') AND s."written" > 0 AND r."settings" #>> '{embedder,model}' IS NOT NULL
  ) w
 WHERE w."vectors" > 0
 GROUP BY 2, 3, 4, 5, 6;

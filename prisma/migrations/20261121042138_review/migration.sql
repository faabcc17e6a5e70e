-- AlterTable
ALTER TABLE "Plan" ADD COLUMN     "excludedWorkload" JSONB,
ADD COLUMN     "revision" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "workload" JSONB;

-- CreateTable
CREATE TABLE "ChangeRoster" (
    "planId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "ids" TEXT NOT NULL DEFAULT '',
    "texts" INTEGER NOT NULL DEFAULT 0,
    "tokens" BIGINT NOT NULL DEFAULT 0,
    "bytes" BIGINT NOT NULL DEFAULT 0,
    "costs" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "ChangeRoster_pkey" PRIMARY KEY ("planId","kind","namespace","sequence")
);

-- CreateIndex
CREATE INDEX "Plan_namespaces_idx" ON "Plan" USING GIN ("namespaces");

-- Plans that stand can be searched like new ones; their costs change by change aren't known.
INSERT INTO "ChangeRoster" ("planId", "kind", "namespace", "sequence", "ids")
SELECT "planId", "kind", "namespace", "sequence", string_agg(translate("id", E'\x1f', ' '), E'\x1f' ORDER BY "position")
  FROM "Change" GROUP BY "planId", "kind", "namespace", "sequence";

-- A row an exclusion becomes a row a chunk: bytes of eight positions each, the lowest bit first; all of them is the empty text.
ALTER TABLE "Exclusion" RENAME TO "ExcludedPosition";
ALTER TABLE "ExcludedPosition" RENAME CONSTRAINT "Exclusion_pkey" TO "ExcludedPosition_pkey";

-- CreateTable
CREATE TABLE "Exclusion" (
    "planId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "count" INTEGER NOT NULL,
    "members" TEXT NOT NULL,

    CONSTRAINT "Exclusion_pkey" PRIMARY KEY ("planId","kind","namespace","sequence")
);

INSERT INTO "Exclusion" ("planId", "kind", "namespace", "sequence", "count", "members")
SELECT e."planId", e."kind", e."namespace", e."sequence", e.excluded,
       CASE WHEN e.excluded = e.size THEN '' ELSE replace(encode(b.bytes, 'base64'), E'\n', '') END
  FROM (SELECT x."planId", x."kind", x."namespace", x."sequence", count(*)::int AS excluded,
               CASE x."kind" WHEN 'create' THEN c."createCount" ELSE c."updates" END AS size
          FROM "ExcludedPosition" x JOIN "Chunk" c USING ("planId", "namespace", "sequence")
         GROUP BY x."planId", x."kind", x."namespace", x."sequence", c."createCount", c."updates") e
 CROSS JOIN LATERAL (
       SELECT decode(string_agg(lpad(to_hex(coalesce(o.bits, 0)), 2, '0'), '' ORDER BY byte), 'hex') AS bytes
         FROM generate_series(0, (e.size - 1) / 8) AS byte
         LEFT JOIN LATERAL (SELECT sum(1 << (p."position" % 8))::int AS bits FROM "ExcludedPosition" p
                             WHERE p."planId" = e."planId" AND p."kind" = e."kind" AND p."namespace" = e."namespace"
                               AND p."sequence" = e."sequence" AND p."position" / 8 = byte) o ON true) b;

DROP TABLE "ExcludedPosition";

-- AlterTable
ALTER TABLE "Chunk" ADD COLUMN     "createCount" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "createPrints" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "orphanCount" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "otherTexts" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "otherTokens" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "textChanged" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "updates" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "Plan" ADD COLUMN     "approvedAt" TIMESTAMPTZ(3),
ADD COLUMN     "approvedBy" TEXT,
ADD COLUMN     "approvedHash" TEXT,
ADD COLUMN     "excludedCreates" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "excludedUpdates" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "Change" (
    "planId" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "textChanged" BOOLEAN NOT NULL DEFAULT false,
    "differences" TEXT NOT NULL DEFAULT '[]',
    "reason" TEXT,
    "detail" TEXT,
    "sourcePrint" TEXT NOT NULL DEFAULT '',
    "targetPrint" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "Change_pkey" PRIMARY KEY ("planId","kind","namespace","sequence","position")
);

-- CreateTable
CREATE TABLE "ChangeFacet" (
    "planId" TEXT NOT NULL,
    "facet" TEXT NOT NULL,
    "sign" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "count" INTEGER NOT NULL,
    "members" TEXT NOT NULL,

    CONSTRAINT "ChangeFacet_pkey" PRIMARY KEY ("planId","facet","sign","key","namespace","sequence")
);

-- CreateTable
CREATE TABLE "Exclusion" (
    "planId" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "Exclusion_pkey" PRIMARY KEY ("planId","kind","namespace","sequence","position")
);

-- CreateIndex
CREATE INDEX "Change_planId_kind_id_idx" ON "Change"("planId", "kind", "id");

-- AlterTable
ALTER TABLE "Plan" ADD COLUMN     "supersededBy" TEXT;

-- AlterTable
ALTER TABLE "Reading" ADD COLUMN     "compared" BOOLEAN NOT NULL DEFAULT true,
ALTER COLUMN "planId" DROP NOT NULL;

-- AlterTable
ALTER TABLE "Schedule" ADD COLUMN     "told" TEXT,
ADD COLUMN     "trouble" TEXT,
ADD COLUMN     "troubleAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "Standing" ADD COLUMN     "compared" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "runId" TEXT,
ALTER COLUMN "planId" DROP NOT NULL;

-- CreateTable
CREATE TABLE "Attention" (
    "id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "standing" TEXT,
    "cause" TEXT NOT NULL,
    "level" TEXT NOT NULL,
    "runId" TEXT,
    "planId" TEXT,
    "scheduleId" TEXT,
    "runKind" TEXT,
    "target" TEXT,
    "places" TEXT[],
    "what" TEXT NOT NULL,
    "next" TEXT NOT NULL,
    "href" TEXT NOT NULL,
    "records" INTEGER,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "subjectAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "solvedAt" TIMESTAMPTZ(3),
    "solvedBy" TEXT,
    "acknowledgedAt" TIMESTAMPTZ(3),
    "acknowledgedBy" TEXT,

    CONSTRAINT "Attention_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Attention_standing_key" ON "Attention"("standing");

-- CreateIndex
CREATE INDEX "Attention_cause_since_idx" ON "Attention"("cause", "since");

-- CreateIndex
CREATE INDEX "Attention_solvedAt_idx" ON "Attention"("solvedAt");

-- CreateIndex
CREATE INDEX "Attention_acknowledgedAt_idx" ON "Attention"("acknowledgedAt");

-- CreateIndex
CREATE INDEX "Attention_runId_idx" ON "Attention"("runId");

-- CreateIndex
CREATE INDEX "Attention_planId_idx" ON "Attention"("planId");

-- CreateIndex
CREATE INDEX "Attention_scheduleId_idx" ON "Attention"("scheduleId");

-- CreateIndex
CREATE INDEX "Attention_places_idx" ON "Attention" USING GIN ("places");

-- CreateIndex
CREATE INDEX "Segment_namespace_idx" ON "Segment"("namespace");

-- AlterTable
ALTER TABLE "Schedule" ADD COLUMN     "turnAt" TIMESTAMPTZ(3),
ADD COLUMN     "webhook" TEXT;

-- CreateTable
CREATE TABLE "Turn" (
    "id" BIGSERIAL NOT NULL,
    "scheduleId" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3) NOT NULL,
    "outcome" TEXT NOT NULL,
    "words" TEXT NOT NULL,
    "planId" TEXT,
    "runId" TEXT,
    "creates" INTEGER NOT NULL DEFAULT 0,
    "updates" INTEGER NOT NULL DEFAULT 0,
    "unchanged" INTEGER NOT NULL DEFAULT 0,
    "orphans" INTEGER NOT NULL DEFAULT 0,
    "problems" INTEGER NOT NULL DEFAULT 0,
    "usd" DOUBLE PRECISION NOT NULL DEFAULT 0,

    CONSTRAINT "Turn_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Delivery" (
    "id" TEXT NOT NULL,
    "scheduleId" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "nextAt" TIMESTAMPTZ(3) NOT NULL,
    "lastAt" TIMESTAMPTZ(3),
    "lastStatus" INTEGER,
    "lastWords" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "deliveredAt" TIMESTAMPTZ(3),

    CONSTRAINT "Delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Reading" (
    "runId" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "planId" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "creates" INTEGER NOT NULL,
    "updates" INTEGER NOT NULL,
    "unchanged" INTEGER NOT NULL,
    "orphans" INTEGER NOT NULL,
    "problems" INTEGER NOT NULL,

    CONSTRAINT "Reading_pkey" PRIMARY KEY ("runId","namespace")
);

-- CreateTable
CREATE TABLE "Standing" (
    "source" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "planId" TEXT NOT NULL,
    "analysedAt" TIMESTAMPTZ(3) NOT NULL,
    "appliedAt" TIMESTAMPTZ(3),
    "creates" INTEGER NOT NULL,
    "updates" INTEGER NOT NULL,
    "unchanged" INTEGER NOT NULL,
    "orphans" INTEGER NOT NULL,
    "problems" INTEGER NOT NULL,

    CONSTRAINT "Standing_pkey" PRIMARY KEY ("source","target","namespace")
);

-- CreateTable
CREATE TABLE "FleetReading" (
    "runId" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "namespaces" INTEGER NOT NULL,
    "creates" BIGINT NOT NULL,
    "updates" BIGINT NOT NULL,
    "orphans" BIGINT NOT NULL,
    "problems" BIGINT NOT NULL,

    CONSTRAINT "FleetReading_pkey" PRIMARY KEY ("runId")
);

-- CreateIndex
CREATE INDEX "Turn_scheduleId_id_idx" ON "Turn"("scheduleId", "id");

-- CreateIndex
CREATE INDEX "Turn_planId_idx" ON "Turn"("planId");

-- CreateIndex
CREATE INDEX "Delivery_state_nextAt_idx" ON "Delivery"("state", "nextAt");

-- CreateIndex
CREATE INDEX "Delivery_scheduleId_createdAt_idx" ON "Delivery"("scheduleId", "createdAt");

-- CreateIndex
CREATE INDEX "Reading_source_target_namespace_at_idx" ON "Reading"("source", "target", "namespace", "at");

-- CreateIndex
CREATE INDEX "FleetReading_source_target_at_idx" ON "FleetReading"("source", "target", "at");

-- AddForeignKey
ALTER TABLE "Turn" ADD CONSTRAINT "Turn_scheduleId_fkey" FOREIGN KEY ("scheduleId") REFERENCES "Schedule"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Delivery" ADD CONSTRAINT "Delivery_scheduleId_fkey" FOREIGN KEY ("scheduleId") REFERENCES "Schedule"("id") ON DELETE CASCADE ON UPDATE CASCADE;

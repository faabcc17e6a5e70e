-- CreateTable
CREATE TABLE "Schedule" (
    "id" TEXT NOT NULL,
    "namespaces" TEXT[],
    "cron" TEXT NOT NULL,
    "timezone" TEXT NOT NULL,
    "maxCreates" INTEGER,
    "maxUpdates" INTEGER,
    "maxUsd" DOUBLE PRECISION,
    "allowProblems" BOOLEAN NOT NULL DEFAULT false,
    "nextAt" TIMESTAMPTZ(3) NOT NULL,
    "phase" TEXT NOT NULL DEFAULT 'idle',
    "leaseUntil" TIMESTAMPTZ(3),
    "runId" TEXT,
    "planId" TEXT,
    "outcome" TEXT,
    "words" TEXT,
    "outcomeAt" TIMESTAMPTZ(3),
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Schedule_pkey" PRIMARY KEY ("id")
);

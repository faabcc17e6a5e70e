-- CreateTable
CREATE TABLE "Gate" (
    "id" TEXT NOT NULL,
    "routeName" TEXT NOT NULL,
    "routeRevision" INTEGER NOT NULL,
    "planId" TEXT,
    "ends" JSONB NOT NULL,
    "verdict" TEXT NOT NULL DEFAULT 'INCONCLUSIVE',
    "words" TEXT NOT NULL,
    "settings" JSONB NOT NULL,
    "questions" JSONB NOT NULL DEFAULT '[]',
    "result" JSONB,
    "startedBy" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "beatAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Gate_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Gate_routeName_startedAt_idx" ON "Gate"("routeName", "startedAt");

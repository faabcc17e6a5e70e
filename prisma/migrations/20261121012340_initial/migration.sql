-- CreateTable
CREATE TABLE "Plan" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "namespaces" TEXT[],
    "settings" JSONB NOT NULL,
    "settingsHash" TEXT NOT NULL,
    "hash" TEXT NOT NULL DEFAULT '',
    "creates" INTEGER NOT NULL DEFAULT 0,
    "updates" INTEGER NOT NULL DEFAULT 0,
    "unchanged" INTEGER NOT NULL DEFAULT 0,
    "orphans" INTEGER NOT NULL DEFAULT 0,
    "problems" INTEGER NOT NULL DEFAULT 0,
    "textChanged" INTEGER NOT NULL DEFAULT 0,
    "metadataOnly" INTEGER NOT NULL DEFAULT 0,
    "estimate" JSONB,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "readyAt" TIMESTAMPTZ(3),

    CONSTRAINT "Plan_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Run" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "planId" TEXT,
    "settings" JSONB NOT NULL,
    "settingsHash" TEXT NOT NULL,
    "namespaces" TEXT[],
    "retryOf" TEXT,
    "waitingFor" TEXT,
    "waitingUntil" TIMESTAMPTZ(3),
    "startedBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),
    "error" JSONB,

    CONSTRAINT "Run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Segment" (
    "runId" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "leaseToken" INTEGER NOT NULL DEFAULT 0,
    "leaseOwner" TEXT,
    "leaseUntil" TIMESTAMPTZ(3),
    "wakeAt" TIMESTAMPTZ(3),
    "waitingFor" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "listedThrough" TEXT,
    "listed" BOOLEAN NOT NULL DEFAULT false,
    "chunks" INTEGER NOT NULL DEFAULT 0,
    "expected" INTEGER,
    "total" INTEGER NOT NULL DEFAULT 0,
    "orphans" INTEGER NOT NULL DEFAULT 0,
    "written" INTEGER NOT NULL DEFAULT 0,
    "unchanged" INTEGER NOT NULL DEFAULT 0,
    "skipped" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "drifted" INTEGER NOT NULL DEFAULT 0,
    "texts" INTEGER NOT NULL DEFAULT 0,
    "tokens" BIGINT NOT NULL DEFAULT 0,
    "usd" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "bytesRead" BIGINT NOT NULL DEFAULT 0,
    "bytesWritten" BIGINT NOT NULL DEFAULT 0,
    "requests" JSONB NOT NULL DEFAULT '{}',
    "verdict" JSONB,
    "error" JSONB,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Segment_pkey" PRIMARY KEY ("runId","namespace")
);

-- CreateTable
CREATE TABLE "Chunk" (
    "planId" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "firstId" TEXT NOT NULL,
    "lastId" TEXT NOT NULL,
    "creates" TEXT[],
    "unchanged" INTEGER NOT NULL,
    "orphans" TEXT[],
    "texts" INTEGER NOT NULL DEFAULT 0,
    "tokens" INTEGER NOT NULL DEFAULT 0,
    "bytes" BIGINT NOT NULL DEFAULT 0,
    "problems" INTEGER NOT NULL DEFAULT 0,
    "digest" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "Chunk_pkey" PRIMARY KEY ("planId","namespace","sequence")
);

-- CreateTable
CREATE TABLE "Progress" (
    "runId" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "outcome" TEXT NOT NULL,
    "done" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "Progress_pkey" PRIMARY KEY ("runId","namespace","sequence")
);

-- CreateTable
CREATE TABLE "Finding" (
    "id" BIGSERIAL NOT NULL,
    "runId" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "recordId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 1,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retriedBy" TEXT,

    CONSTRAINT "Finding_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Event" (
    "id" BIGSERIAL NOT NULL,
    "runId" TEXT,
    "namespace" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "level" TEXT NOT NULL,
    "channel" TEXT NOT NULL DEFAULT 'log',
    "actor" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "message" TEXT NOT NULL,

    CONSTRAINT "Event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Sample" (
    "runId" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "written" INTEGER NOT NULL,
    "unchanged" INTEGER NOT NULL,
    "skipped" INTEGER NOT NULL,
    "failed" INTEGER NOT NULL,
    "texts" INTEGER NOT NULL,
    "tokens" BIGINT NOT NULL,

    CONSTRAINT "Sample_pkey" PRIMARY KEY ("runId","at")
);

-- CreateTable
CREATE TABLE "Quota" (
    "key" TEXT NOT NULL,
    "arrival" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "share" DOUBLE PRECISION NOT NULL DEFAULT 1,
    "shareAt" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "blockedUntil" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "blockedFor" TEXT,
    "day" TEXT NOT NULL DEFAULT '',
    "used" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "Quota_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "NamespaceCount" (
    "side" TEXT NOT NULL,
    "index" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "value" INTEGER NOT NULL,
    "exact" BOOLEAN NOT NULL,

    CONSTRAINT "NamespaceCount_pkey" PRIMARY KEY ("side","index","namespace")
);

-- CreateTable
CREATE TABLE "Inventory" (
    "side" TEXT NOT NULL,
    "index" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "dimension" INTEGER,
    "metric" TEXT NOT NULL,

    CONSTRAINT "Inventory_pkey" PRIMARY KEY ("side","index")
);

-- CreateTable
CREATE TABLE "WorkerBeat" (
    "id" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "seenAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "WorkerBeat_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Plan_createdAt_idx" ON "Plan"("createdAt");

-- CreateIndex
CREATE INDEX "Run_createdAt_idx" ON "Run"("createdAt");

-- CreateIndex
CREATE INDEX "Run_state_idx" ON "Run"("state");

-- CreateIndex
CREATE INDEX "Run_settingsHash_idx" ON "Run"("settingsHash");

-- CreateIndex
CREATE INDEX "Segment_state_idx" ON "Segment"("state");

-- CreateIndex
CREATE INDEX "Finding_runId_kind_idx" ON "Finding"("runId", "kind");

-- CreateIndex
CREATE UNIQUE INDEX "Finding_runId_namespace_recordId_reason_key" ON "Finding"("runId", "namespace", "recordId", "reason");

-- CreateIndex
CREATE INDEX "Event_runId_id_idx" ON "Event"("runId", "id");

-- AddForeignKey
ALTER TABLE "Run" ADD CONSTRAINT "Run_planId_fkey" FOREIGN KEY ("planId") REFERENCES "Plan"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Segment" ADD CONSTRAINT "Segment_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Chunk" ADD CONSTRAINT "Chunk_planId_fkey" FOREIGN KEY ("planId") REFERENCES "Plan"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Finding" ADD CONSTRAINT "Finding_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Event" ADD CONSTRAINT "Event_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Sample" ADD CONSTRAINT "Sample_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

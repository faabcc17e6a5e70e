-- DropIndex
DROP INDEX "Finding_runId_namespace_recordId_reason_key";

-- AlterTable
ALTER TABLE "Finding" ADD COLUMN     "index" TEXT NOT NULL DEFAULT '';

-- CreateIndex
CREATE UNIQUE INDEX "Finding_runId_namespace_index_recordId_reason_key" ON "Finding"("runId", "namespace", "index", "recordId", "reason");

-- DropIndex
DROP INDEX "Attention_acknowledgedAt_idx";

-- DropIndex
DROP INDEX "Attention_solvedAt_idx";

-- CreateIndex
CREATE INDEX "Attention_solvedAt_acknowledgedAt_idx" ON "Attention"("solvedAt", "acknowledgedAt");

-- CreateIndex
CREATE INDEX "Attention_acknowledgedAt_solvedAt_idx" ON "Attention"("acknowledgedAt", "solvedAt");

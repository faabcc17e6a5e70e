-- AlterTable
ALTER TABLE "Plan" ADD COLUMN     "steps" JSONB;

-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "finished" JSONB;

-- AlterTable
ALTER TABLE "Segment" ADD COLUMN     "writtenAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "Plan" ADD COLUMN     "gaps" JSONB;

-- AlterTable
ALTER TABLE "Progress" ADD COLUMN     "digests" TEXT NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "Segment" ADD COLUMN     "listings" JSONB,
ADD COLUMN     "short" INTEGER NOT NULL DEFAULT 0;

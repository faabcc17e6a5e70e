-- AlterTable
ALTER TABLE "Plan" ADD COLUMN     "summary" JSONB;

-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "speedLimit" DOUBLE PRECISION;


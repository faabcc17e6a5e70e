-- AlterTable
ALTER TABLE "Plan" ADD COLUMN     "removing" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "removing" TIMESTAMPTZ(3);

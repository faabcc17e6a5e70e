-- AlterTable
ALTER TABLE "Schedule" ADD COLUMN     "world" JSONB;

-- AlterTable
ALTER TABLE "WorkerBeat" ADD COLUMN     "world" JSONB;

-- AlterTable
ALTER TABLE "Turn" RENAME TO "ScheduledRun";
ALTER TABLE "ScheduledRun" RENAME CONSTRAINT "Turn_pkey" TO "ScheduledRun_pkey";
ALTER TABLE "ScheduledRun" RENAME CONSTRAINT "Turn_scheduleId_fkey" TO "ScheduledRun_scheduleId_fkey";
ALTER INDEX "Turn_scheduleId_id_idx" RENAME TO "ScheduledRun_scheduleId_id_idx";
ALTER INDEX "Turn_planId_idx" RENAME TO "ScheduledRun_planId_idx";
ALTER SEQUENCE "Turn_id_seq" RENAME TO "ScheduledRun_id_seq";
ALTER TABLE "Schedule" RENAME COLUMN "turnAt" TO "takenAt";

-- Messages that are still to be sent keep the words that they were written in.
UPDATE "Delivery" SET "event" = replace("event", 'turn.', 'scheduled-run.') WHERE "event" LIKE 'turn.%';

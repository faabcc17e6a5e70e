-- AlterTable
ALTER TABLE "Schedule" ADD COLUMN     "route" TEXT NOT NULL DEFAULT 'default';

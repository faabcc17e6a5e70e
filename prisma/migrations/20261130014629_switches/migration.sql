-- AlterTable
ALTER TABLE "Delivery" ADD COLUMN     "channel" TEXT,
ALTER COLUMN "scheduleId" DROP NOT NULL;

-- CreateTable
CREATE TABLE "Switch" (
    "id" TEXT NOT NULL,
    "routeName" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    "to" TEXT NOT NULL,
    "back" BOOLEAN NOT NULL DEFAULT false,
    "file" JSONB NOT NULL,
    "gateId" TEXT,
    "planId" TEXT,
    "reason" TEXT,
    "against" JSONB NOT NULL DEFAULT '[]',
    "state" TEXT NOT NULL DEFAULT 'writing',
    "words" TEXT NOT NULL,
    "statements" TEXT[],
    "facade" JSONB,
    "hook" JSONB,
    "switchedBy" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Switch_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Switch_routeName_generation_key" ON "Switch"("routeName", "generation");

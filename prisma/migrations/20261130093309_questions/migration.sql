-- AlterTable
ALTER TABLE "Canary" ADD COLUMN     "set" TEXT;

-- CreateTable
CREATE TABLE "AskedQuestion" (
    "id" BIGSERIAL NOT NULL,
    "routeName" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "by" TEXT NOT NULL,
    "question" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "filter" JSONB,
    "k" INTEGER NOT NULL,
    "source" JSONB NOT NULL,
    "target" JSONB NOT NULL,
    "shared" INTEGER,
    "askedBy" TEXT NOT NULL,

    CONSTRAINT "AskedQuestion_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "QuestionSet" (
    "name" TEXT NOT NULL,
    "questions" JSONB NOT NULL,
    "count" INTEGER NOT NULL,
    "expecting" INTEGER NOT NULL,
    "createdBy" TEXT NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "QuestionSet_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE INDEX "AskedQuestion_routeName_at_idx" ON "AskedQuestion"("routeName", "at");

-- CreateTable
CREATE TABLE "AuditIntent" (
    "id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "entry" TEXT NOT NULL,

    CONSTRAINT "AuditIntent_pkey" PRIMARY KEY ("id")
);

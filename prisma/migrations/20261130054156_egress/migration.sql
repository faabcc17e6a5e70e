-- AlterTable
ALTER TABLE "Ceiling" ADD COLUMN     "egress" DOUBLE PRECISION NOT NULL DEFAULT 0,
ADD COLUMN     "maxEgress" DOUBLE PRECISION;

-- AlterTable
ALTER TABLE "Schedule" ADD COLUMN     "maxEgress" DOUBLE PRECISION;

-- CreateTable
CREATE TABLE "Egress" (
    "day" DATE NOT NULL,
    "bytes" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "Egress_pkey" PRIMARY KEY ("day")
);

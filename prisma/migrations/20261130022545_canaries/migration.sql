-- CreateTable
CREATE TABLE "Canary" (
    "id" TEXT NOT NULL,
    "routeName" TEXT NOT NULL,
    "gateId" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "words" TEXT NOT NULL,
    "reasons" JSONB NOT NULL,
    "figures" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Canary_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Canary_routeName_at_idx" ON "Canary"("routeName", "at");

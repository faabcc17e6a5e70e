-- AlterTable
ALTER TABLE "Attention" ADD COLUMN     "account" TEXT NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "FleetReading" ADD COLUMN     "sourceAccount" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "targetAccount" TEXT NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "Inventory" DROP CONSTRAINT "Inventory_pkey",
ADD COLUMN     "account" TEXT NOT NULL DEFAULT '',
ADD CONSTRAINT "Inventory_pkey" PRIMARY KEY ("side", "index", "account");

-- AlterTable
ALTER TABLE "NamespaceCount" DROP CONSTRAINT "NamespaceCount_pkey",
ADD COLUMN     "account" TEXT NOT NULL DEFAULT '',
ADD CONSTRAINT "NamespaceCount_pkey" PRIMARY KEY ("side", "index", "account", "namespace");

-- AlterTable
ALTER TABLE "Reading" ADD COLUMN     "sourceAccount" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "targetAccount" TEXT NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "Standing" DROP CONSTRAINT "Standing_pkey",
ADD COLUMN     "sourceAccount" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "targetAccount" TEXT NOT NULL DEFAULT '',
ADD CONSTRAINT "Standing_pkey" PRIMARY KEY ("source", "sourceAccount", "target", "targetAccount", "namespace");

-- What the runs and plans knew of the accounts of their indexes
UPDATE "Reading" t SET "sourceAccount" = coalesce(r."settings" #>> '{source,account}', ''), "targetAccount" = coalesce(r."settings" #>> '{target,account}', '')
  FROM "Run" r WHERE r."id" = t."runId";
UPDATE "FleetReading" t SET "sourceAccount" = coalesce(r."settings" #>> '{source,account}', ''), "targetAccount" = coalesce(r."settings" #>> '{target,account}', '')
  FROM "Run" r WHERE r."id" = t."runId";
UPDATE "Standing" t SET "sourceAccount" = coalesce(p."settings" #>> '{source,account}', ''), "targetAccount" = coalesce(p."settings" #>> '{target,account}', '')
  FROM "Plan" p WHERE p."id" = t."planId";
UPDATE "Standing" t SET "sourceAccount" = coalesce(r."settings" #>> '{source,account}', ''), "targetAccount" = coalesce(r."settings" #>> '{target,account}', '')
  FROM "Run" r WHERE r."id" = t."runId";

-- AlterTable
ALTER TABLE "Attention" ADD COLUMN     "route" TEXT;

-- What stands by now leads along the route that its run, plan or schedule is of; what is about documents is of none.
UPDATE "Attention" a SET "route" = coalesce(
    (SELECT CASE WHEN r."settings" ->> 'kind' IS NULL THEN coalesce(r."settings" #>> '{route,name}', 'default') END FROM "Run" r WHERE r."id" = a."runId"),
    (SELECT CASE WHEN p."settings" ->> 'kind' IS NULL THEN coalesce(p."settings" #>> '{route,name}', 'default') END FROM "Plan" p WHERE p."id" = a."planId"),
    (SELECT s."route" FROM "Schedule" s WHERE s."id" = a."scheduleId"),
    CASE WHEN a."cause" = 'target-missing' THEN 'default' END);

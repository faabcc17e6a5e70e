-- A plan whose runs were all cancelled isn't being made any longer: it stood as "planning" for ever.
UPDATE "Plan" p SET "state" = 'failed'
 WHERE p."state" = 'planning'
   AND EXISTS (SELECT 1 FROM "Run" r WHERE r."planId" = p."id")
   AND NOT EXISTS (SELECT 1 FROM "Run" r WHERE r."planId" = p."id" AND r."state" <> 'cancelled');

-- A refused key has one code, wherever an operator meets it.
UPDATE "Run" SET "error" = jsonb_set("error", '{code}', '"wrong-key"') WHERE "error" ->> 'code' = 'auth';
UPDATE "Segment" SET "error" = jsonb_set("error", '{code}', '"wrong-key"') WHERE "error" ->> 'code' = 'auth';
UPDATE "Event" SET "code" = 'wrong-key' WHERE "code" = 'auth' AND "channel" = 'log';

-- What a clearance was asked for is called `request` in settings; nothing else of them changes.
UPDATE "Plan" SET "settings" = ("settings" - 'wish') || jsonb_build_object('request', "settings" -> 'wish') WHERE "settings" ? 'wish';
UPDATE "Run" SET "settings" = ("settings" - 'wish') || jsonb_build_object('request', "settings" -> 'wish') WHERE "settings" ? 'wish';

-- AlterTable
ALTER TABLE "NamespaceCount" ADD COLUMN     "changedBy" BIGINT NOT NULL DEFAULT ((pg_current_xact_id())::text)::bigint;

-- AlterTable
ALTER TABLE "Standing" ADD COLUMN     "changedBy" BIGINT NOT NULL DEFAULT ((pg_current_xact_id())::text)::bigint;

-- CreateTable
CREATE TABLE "RowsRemoved" (
    "table" TEXT NOT NULL,
    "removedBy" BIGINT NOT NULL,

    CONSTRAINT "RowsRemoved_pkey" PRIMARY KEY ("table")
);

-- CreateIndex
CREATE INDEX "NamespaceCount_changedBy_idx" ON "NamespaceCount"("changedBy");

-- CreateIndex
CREATE INDEX "Standing_changedBy_idx" ON "Standing"("changedBy");

-- Whoever keeps rows of these tables in memory asks for those that a transaction changed which it may not have seen.
CREATE FUNCTION portage_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW."changedBy" := pg_current_xact_id()::text::bigint;
  RETURN NEW;
END $$;

-- A row that is gone can't be asked for. Noted once a transaction, however many rows it takes away.
CREATE FUNCTION portage_note_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "RowsRemoved" AS r ("table", "removedBy") VALUES (TG_TABLE_NAME, pg_current_xact_id()::text::bigint)
  ON CONFLICT ("table") DO UPDATE SET "removedBy" = EXCLUDED."removedBy" WHERE r."removedBy" <> EXCLUDED."removedBy";
  RETURN NULL;
END $$;

CREATE TRIGGER "NamespaceCount_changed" BEFORE INSERT OR UPDATE ON "NamespaceCount" FOR EACH ROW EXECUTE FUNCTION portage_note_change();
CREATE TRIGGER "NamespaceCount_removed" AFTER DELETE OR TRUNCATE ON "NamespaceCount" FOR EACH STATEMENT EXECUTE FUNCTION portage_note_removal();
CREATE TRIGGER "NamespaceCount_moved" AFTER UPDATE ON "NamespaceCount" FOR EACH ROW
  WHEN ((OLD."side", OLD."index", OLD."account", OLD."namespace") IS DISTINCT FROM (NEW."side", NEW."index", NEW."account", NEW."namespace"))
  EXECUTE FUNCTION portage_note_removal();

CREATE TRIGGER "Standing_changed" BEFORE INSERT OR UPDATE ON "Standing" FOR EACH ROW EXECUTE FUNCTION portage_note_change();
CREATE TRIGGER "Standing_removed" AFTER DELETE OR TRUNCATE ON "Standing" FOR EACH STATEMENT EXECUTE FUNCTION portage_note_removal();
CREATE TRIGGER "Standing_moved" AFTER UPDATE ON "Standing" FOR EACH ROW
  WHEN ((OLD."source", OLD."sourceAccount", OLD."target", OLD."targetAccount", OLD."namespace")
    IS DISTINCT FROM (NEW."source", NEW."sourceAccount", NEW."target", NEW."targetAccount", NEW."namespace"))
  EXECUTE FUNCTION portage_note_removal();

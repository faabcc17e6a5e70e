import { expect, it } from "vitest";
import { deletingCommand } from "./deleting-command";

it("deletes the collection in its own schema, tenant and database, and no other of its name", () => {
  const none = { table: null, chroma: null };
  const table = { schema: "archive", table: 'no"tes', within: null };
  expect(deletingCommand("pgvector", "notes", { ...none, table })).toBe(
    `psql "$PGVECTOR_URL" -c 'DROP TABLE "archive"."no""tes"'`,
  );
  expect(deletingCommand("chroma", "notes", { ...none, chroma: { tenant: "acme", database: "old" } })).toBe(
    `curl -X DELETE "$CHROMA_URL/api/v2/"'tenants/acme/databases/old/collections/notes'`,
  );
  const within = { column: "collection_id", type: "uuid", value: "1" };
  for (const shared of [null, { ...table, within }])
    expect(deletingCommand("pgvector", "notes", { ...none, table: shared })).toMatch(/^# Other collections/);
  expect(deletingCommand("pinecone", "notes", none)).toContain("/indexes/notes'");
  expect(deletingCommand("chroma-folder", "notes", none)).toMatch(/^# Move its folder/);
});

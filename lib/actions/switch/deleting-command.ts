import type { SqlPlace } from "@/lib/stores/contract";

/** What tells a collection from another one of its name; `null`: not of such a store. */
export type Whereabouts = {
  table: Pick<SqlPlace, "schema" | "table" | "within"> | null;
  chroma: { tenant: string; database: string } | null;
};

/** How a collection is deleted, and no other of its name; keys and addresses stand as variables. Where no command can do that, words. */
export function deletingCommand(kind: string, index: string, { table, chroma }: Whereabouts): string {
  if (kind === "pinecone" || kind === "pinecone-documents")
    return `curl -X DELETE -H "Api-Key: $PINECONE_API_KEY" ${shell(`https://api.pinecone.io/indexes/${encodeURIComponent(index)}`)}`;
  if (kind === "pgvector" && table?.within === null)
    return `psql "$PGVECTOR_URL" -c ${shell(`DROP TABLE ${identifier(table.schema)}.${identifier(table.table)}`)}`;
  if (kind === "pgvector")
    return "# Other collections may stand in the same table: delete only this one's rows, by the tool that made them.";
  if (chroma !== null) {
    const parts = ["tenants", chroma.tenant, "databases", chroma.database, "collections", index];
    return `curl -X DELETE "$CHROMA_URL/api/v2/"${shell(parts.map(encodeURIComponent).join("/"))}`;
  }
  return "# Move its folder aside first (mv FOLDER FOLDER.old), and delete it once nothing has missed it.";
}

const shell = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
const identifier = (name: string) => `"${name.replaceAll('"', '""')}"`;

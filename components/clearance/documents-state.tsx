import { Section } from "@/components/ui/page-head";
import { Notice } from "@/components/ui/states";
import { manyWords } from "@/components/words/figures";
import type { DocumentsOverview } from "@/lib/shapes/documents/documents";
import { DocumentsPicture } from "./documents-picture";
import { IndexTable } from "./index-table";
import { Preconditions } from "./preconditions";

/** What the configured names stand for, where it isn't one index of that name. */
function placeWords({ kind, target, indices, aliases, dataStreams }: DocumentsOverview): string | null {
  const count = manyWords(indices.length, "index", "indexes");
  if (kind === "alias" && aliases[0]) return `The alias ${aliases[0].name} stands for ${count}.`;
  if (kind === "data stream" && dataStreams[0]) return `The data stream ${dataStreams[0]} has ${count}.`;
  if (kind === "pattern" || kind === "several") return `${target.join(", ")}: ${count}.`;
  return null;
}

/** Documents with and without a level, and the state of the indexes that hold them. */
export function DocumentsState({ overview }: { overview: DocumentsOverview }) {
  const { counts, field, indices, preconditions } = overview;
  const place = placeWords(overview);
  return (
    <>
      {counts === null ? (
        <Notice level="warn">
          The documents can't be counted now. <span className="text-quiet">What stands below says why.</span>
        </Notice>
      ) : (
        <section aria-label="Documents" className="rounded-md border border-line bg-surface p-4 sm:p-5">
          <DocumentsPicture counts={counts} field={field} />
        </section>
      )}
      {preconditions.length > 0 && <Preconditions found={preconditions} />}
      {indices.length > 0 && (
        <Section title="Indexes" note={place}>
          <IndexTable overview={overview} />
        </Section>
      )}
    </>
  );
}

import { Section } from "@/components/ui/page-head";
import { Empty, Notice } from "@/components/ui/states";
import { bytesWords, countWords } from "@/components/words/figures";
import type { Inspection } from "@/lib/shapes/routes/inspection";
import { CollectionView } from "./collection-view";
import { MakeRoute, MakeSeveral } from "./make-route";

/** Stores, one below the other, and what can't be read. */
export function InspectionView({ inspection }: { inspection: Inspection }) {
  const { stores, unreadable, otherFiles, path } = inspection;
  if (stores.length === 0 && unreadable.length === 0)
    return (
      <Empty title="No store of vectors was found">
        {`${countWords(otherFiles)} files of other kinds are below ${path}.`}
      </Empty>
    );
  return (
    <div className="grid gap-8">
      {unreadable.map((one) => (
        <Notice key={one.path} level="error">
          <span className="font-mono text-[12.5px] wrap-anywhere">{one.path}</span> {one.words}
        </Notice>
      ))}
      {stores.map((store) => (
        <Section
          key={`${store.kind} ${store.path}`}
          title={store.format}
          actions={<MakeSeveral store={store} />}
          // The place itself needs no name beside the one that was asked for.
          note={[store.path === "." ? null : store.path, store.bytes === null ? null : bytesWords(store.bytes)]
            .filter((part) => part !== null)
            .join(" · ")}
        >
          <div className="grid gap-4">
            {store.collections.map((collection) => (
              <CollectionView key={`${collection.within ?? ""} ${collection.name}`} collection={collection}>
                <MakeRoute store={store} collection={collection} />
              </CollectionView>
            ))}
            {store.collections.length === 0 && <p className="text-quiet">No collections.</p>}
          </div>
        </Section>
      ))}
    </div>
  );
}

import { NamespaceName } from "@/components/ui/identifier";
import { Fact } from "@/components/ui/page-head";
import { Notice } from "@/components/ui/states";
import type { PreviewEnd, PreviewRecord, RoutePreview } from "@/lib/shapes/routes/route-preview";
import { EndName } from "./end-name";

const levels = { stop: "error", warn: "warn", settled: "info" } as const;

/** What a route would do: both ends, what stands against it, its first records as they would be written. */
export function RoutePreviewView({ preview }: { preview: RoutePreview }) {
  return (
    <section aria-label="Preview" className="grid gap-3 rounded-md border border-line bg-surface px-4 py-3">
      <p className="font-medium">{preview.words}</p>
      <dl className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <Fact name="From">
          <End end={preview.source} />
        </Fact>
        <Fact name="To">
          <End end={preview.target} />
        </Fact>
      </dl>
      {preview.fields && (
        <div>
          <h3 className="mb-1 text-xs text-quiet">Fields of the target index</h3>
          <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1 text-sm">
            {preview.fields.map(({ name, holds, required }) => (
              <div key={name} className="col-span-2 grid grid-cols-subgrid">
                <dt className="font-mono text-[12.5px] wrap-anywhere">{name}</dt>
                <dd>{required ? `${holds}, required` : holds}</dd>
              </div>
            ))}
            <div className="col-span-2 grid grid-cols-subgrid text-quiet">
              <dt>Other keys</dt>
              <dd>kept as metadata</dd>
            </div>
          </dl>
        </div>
      )}
      {preview.conflicts.map(({ line, level, code, words, next }) => (
        <Notice key={`${line} ${code}`} level={levels[level]}>
          {words} {next !== "" && <span className="text-quiet">{next}</span>}
        </Notice>
      ))}
      {preview.noRecords !== null && <p className="text-quiet">{preview.noRecords}</p>}
      {preview.records.length > 0 && (
        <div>
          <h3 className="mb-1 text-xs text-quiet">First records as they would be written</h3>
          <ul className="grid gap-3">
            {preview.records.map((record) => (
              <Written key={`${record.from.namespace} ${record.id}`} record={record} />
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

function End({ end }: { end: PreviewEnd }) {
  const facts = [
    end.state === "missing" ? "Doesn't exist yet" : end.state === "unknown" ? "Not looked at" : end.service,
    end.dimension === null ? null : `dimension ${end.dimension.toLocaleString("en-US")}`,
    end.metric,
    end.vectors && `${end.vectors.exact ? "" : "about "}${end.vectors.value.toLocaleString("en-US")} vectors`,
  ];
  return (
    <>
      <EndName end={end} />
      <span className="figures block text-xs text-quiet">{facts.filter((fact) => fact !== null).join(" · ")}</span>
    </>
  );
}

function Written({ record: { id, to, metadata, text, values, problem } }: { record: PreviewRecord }) {
  return (
    <li className="grid gap-1 border-t border-line pt-2 text-sm">
      <p className="flex flex-wrap gap-x-3">
        <span className="font-mono text-[12.5px] wrap-anywhere">{id}</span>
        <span className="min-w-0 text-quiet">
          <NamespaceName name={to.namespace} />
        </span>
      </p>
      {problem !== null && <p className="text-problem">{problem}</p>}
      {text !== null && <p className="line-clamp-2 wrap-anywhere">{text}</p>}
      {values && <p className="figures truncate font-mono text-[12.5px]">[{values.join(", ")}, …]</p>}
      <p className="line-clamp-2 font-mono text-xs wrap-anywhere text-quiet">{JSON.stringify(metadata)}</p>
    </li>
  );
}

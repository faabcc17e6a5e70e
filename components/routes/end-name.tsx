import type { Route } from "@/lib/shapes/routes/route";

/** `source:gflops-serverless`; a store that holds one collection has no name for it. */
export function EndName({ end: { connection, collection } }: { end: Route["definition"]["source"] }) {
  return (
    <span className="font-mono text-[12.5px] wrap-anywhere">
      {connection}
      {collection !== "" && (
        <>
          <span className="text-quiet">:</span>
          <wbr />
          {collection}
        </>
      )}
    </span>
  );
}

import type { Warning } from "@/lib/shapes/runs/warning";
import { Link } from "./link";
import { Notice } from "./states";

/** What an operator should know, with the way to the findings that it speaks of. */
export function WarningNotice({ warning: { words, findings } }: { warning: Warning }) {
  return (
    <Notice level="warn">
      {words}
      {findings && (
        <>
          {" "}
          <Link
            href={`/runs/${findings.runId}?tab=findings&kind=${findings.kind}`}
            className="rounded-sm text-accent underline underline-offset-2"
          >
            Show them
          </Link>
        </>
      )}
    </Notice>
  );
}

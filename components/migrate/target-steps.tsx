import { CopyButton } from "@/components/ui/identifier";
import { Notice } from "@/components/ui/states";
import type { Plan } from "@/lib/shapes/plans/plan";
import { statementText } from "@/lib/shapes/runs/statement-text";
import type { Finished, Step } from "@/lib/shapes/runs/steps";

function Statement({ text, what }: { text: string; what: string }) {
  return (
    <div className="flex items-start gap-1">
      <pre className="grow overflow-x-auto rounded-md border border-line bg-surface px-3 py-2 font-mono text-[12.5px] whitespace-pre-wrap wrap-anywhere">
        {statementText(text)}
      </pre>
      <CopyButton text={statementText(text)} what={what} />
    </div>
  );
}

function Steps({ title, steps }: { title: string; steps: readonly Step[] }) {
  if (steps.length === 0) return null;
  return (
    <div className="grid gap-2">
      <h3 className="text-sm font-medium">{title}</h3>
      <ol className="grid gap-2">
        {steps.map(({ what, statement, by }) => (
          <li key={statement} className="grid gap-1 text-sm">
            {by === "administrator" ? (
              <Notice level="warn">{what}. Have an administrator run this before the plan is applied.</Notice>
            ) : (
              <span className="text-quiet">{what}.</span>
            )}
            <Statement text={statement} what="the statement" />
          </li>
        ))}
      </ol>
    </div>
  );
}

function Search({ query }: { query: string | null }) {
  if (query === null) return null;
  return (
    <div className="grid gap-1 text-sm">
      <span className="text-quiet">The application's search, which uses the index:</span>
      <Statement text={query} what="the query" />
    </div>
  );
}

/** What the target does beside writing records, word for word: it is part of what is approved. */
export function TargetSteps({ target }: { target: NonNullable<Plan["target"]> }) {
  const of = (when: Step["when"]) => target.steps.filter((step) => step.when === when);
  return (
    <section aria-label="Statements run in the target" className="grid gap-3 border-t border-line pt-4">
      <Steps title="Run in the target before the first record, and nothing else" steps={of("before")} />
      <Steps title="Run in the target after the last record" steps={of("after")} />
      {target.notes.map((note) => (
        <p key={note} className="max-w-[76ch] text-sm">
          {note}
        </p>
      ))}
      <Search query={target.query} />
    </section>
  );
}

/** What the target did once all was written. */
export function TargetFinished({ finished }: { finished: Finished }) {
  return (
    <section aria-label="Done in the target after the last record" className="grid gap-2">
      {finished.words.length > 0 && <p className="max-w-[76ch] text-sm">{finished.words.join(" ")}</p>}
      <Search query={finished.query} />
    </section>
  );
}

"use client";

import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { problemOf } from "@/components/data/problem";
import { isMissing, nextStep } from "@/components/words/problem";
import { Button } from "./button";
import { Link } from "./link";

/** Nothing here yet: why, and the one thing to do next. */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="rounded-md border border-line bg-surface px-4 py-8">
      <p className="font-medium">{title}</p>
      {children && <div className="mt-1 max-w-[60ch] text-quiet">{children}</div>}
      {action && <div className="mt-4">{action}</div>}
    </div>
  );
}

/** What happened, what was not lost, what to do next, and the reference to find it in the log. */
export function ProblemNote({
  error,
  retry,
  again = "Try again",
  title,
}: {
  error: unknown;
  retry?: () => void;
  /** What the button says. */
  again?: string;
  title?: string;
}) {
  const problem = problemOf(error);
  const next = nextStep(problem);
  const missing = isMissing(problem);
  return (
    <div role="alert" className="rounded-md border border-problem-area bg-surface px-4 py-3">
      <p className="flex items-start gap-2 font-medium">
        <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-problem" />
        <span className="wrap-anywhere">
          {title ? `${title}: ` : ""}
          {problem.what}
        </span>
      </p>
      <div className="mt-1 ml-6 grid max-w-[72ch] gap-1 wrap-anywhere text-quiet">
        {problem.notLost && !missing && <p>{problem.notLost}</p>}
        {next.words !== "" && (
          <p>
            {next.href ? (
              <Link href={next.href} className="rounded-sm text-accent underline underline-offset-2">
                {next.words}
              </Link>
            ) : (
              next.words
            )}
          </p>
        )}
        {problem.reference && (
          <p className="text-xs">
            Reference <span className="font-mono">{problem.reference}</span>
          </p>
        )}
      </div>
      {retry && !missing && (
        <Button className="mt-3 ml-6" onClick={retry}>
          {again}
        </Button>
      )}
    </div>
  );
}

/** A remark that stays: something to know before going on. */
export function Notice({
  level,
  children,
  action,
}: {
  level: "info" | "warn" | "error";
  children: ReactNode;
  action?: ReactNode;
}) {
  const edge = { info: "border-l-control", warn: "border-l-attention-area", error: "border-l-problem-area" }[level];
  return (
    <div
      className={`flex flex-wrap items-center gap-x-4 gap-y-2 rounded-sm border border-l-4 border-line bg-surface px-3 py-2 ${edge}`}
    >
      <div className="min-w-0 flex-1 basis-64 wrap-anywhere">
        {level === "error" && <span className="font-medium">Problem: </span>}
        {children}
      </div>
      {action}
    </div>
  );
}

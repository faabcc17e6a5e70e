"use client";

import { PageHead } from "@/components/ui/page-head";
import { ProblemNote } from "@/components/ui/states";

export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <>
      <PageHead title="This page failed" />
      <ProblemNote error={error} retry={reset} />
    </>
  );
}

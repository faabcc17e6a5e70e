import type { ReactNode } from "react";
import { Mark } from "@/components/shell/wordmark";

/** The frame of the pages that are shown before anybody has signed in. */
export function DoorFrame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="mx-auto grid min-h-dvh w-full max-w-96 content-center gap-6 px-4 py-10">
      <div>
        <p className="flex items-center gap-2 text-base font-semibold">
          <Mark className="size-5" />
          Portage
        </p>
        <h1 className="mt-4 text-xl font-semibold">{title}</h1>
      </div>
      {children}
    </main>
  );
}

/** What was wrong with the last attempt. */
export function Wrong({ words }: { words: string | null }) {
  return (
    <p role="alert" className="min-h-5 text-sm text-problem">
      {words}
    </p>
  );
}

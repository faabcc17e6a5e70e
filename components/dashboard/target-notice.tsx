"use client";

import { useQueryClient } from "@tanstack/react-query";
import { makeTarget } from "@/app/actions/namespaces";
import { useAct } from "@/components/data/act";
import { Button, ButtonLink } from "@/components/ui/button";
import { Notice } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { countWords } from "@/components/words/figures";
import type { Overview } from "@/lib/shapes/overview";

/** What keeps the target from being written to, said before anything is begun, with what can be done about it. */
export function TargetNotice({ overview }: { overview: Overview }) {
  const client = useQueryClient();
  const { target, embedder } = overview;
  const creating = useAct(makeTarget, ({ index }) => {
    toast(`Created the target index ${index}.`);
    void client.invalidateQueries({ queryKey: ["overview"] });
  });
  if (target.state === "missing") {
    return (
      <Notice
        level="warn"
        action={
          <Button look="primary" busy={creating.isPending} onClick={() => creating.mutate(undefined)}>
            {creating.isPending ? "Creating the index" : `Create index ${target.index}`}
          </Button>
        }
      >
        The target index {target.index} doesn't exist yet.{" "}
        <span className="text-quiet">
          Portage can create it for {embedder.model}: {countWords(embedder.dimension)} dimensions, cosine. Until then
          nothing can be estimated or written.
        </span>
      </Notice>
    );
  }
  if (target.dimension !== null && target.dimension !== embedder.dimension) {
    return (
      <Notice level="error" action={<ButtonLink href="/configuration">Show configuration</ButtonLink>}>
        The target takes {countWords(target.dimension)} dimensions, {embedder.model} is set to make{" "}
        {countWords(embedder.dimension)}.{" "}
        <span className="text-quiet">
          Set GEMINI_OUTPUT_DIMENSIONS or PINECONE_NEW_INDEX so that they agree; until then nothing can be written.
        </span>
      </Notice>
    );
  }
  return null;
}

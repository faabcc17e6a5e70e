"use client";

import { useQueryClient } from "@tanstack/react-query";
import { makeTarget } from "@/app/actions/namespaces";
import { useAct } from "@/components/data/act";
import { usePageRoute } from "@/components/data/page-route";
import { along, isOf } from "@/components/data/route-address";
import { Button, ButtonLink } from "@/components/ui/button";
import { Notice } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { countWords } from "@/components/words/figures";
import { wantedDimension } from "@/components/words/route";
import { defaultRoute } from "@/lib/shapes/names";
import type { Overview } from "@/lib/shapes/overview";

/** What keeps the target from being written to, said before anything is begun, with what can be done about it. */
export function TargetNotice({ overview }: { overview: Overview }) {
  const client = useQueryClient();
  const page = usePageRoute();
  const { source, target, embedder, route } = overview;
  const creating = useAct(makeTarget, ({ index }) => {
    toast(index === "" ? "Created the target." : `Created the target index ${index}.`);
    void client.invalidateQueries({ predicate: isOf("overview") });
  });
  const dimension = wantedDimension(overview);
  const called = target.index === "" ? "The target" : `The target index ${target.index}`;
  const isOwn = route.name === defaultRoute;
  const metric = embedder === null ? (source.metric ?? "cosine") : "cosine";
  if (target.state === "missing") {
    return (
      <Notice
        level="warn"
        action={
          <Button look="primary" busy={creating.isPending} onClick={() => creating.mutate(along(page))}>
            {creating.isPending
              ? "Creating the index"
              : target.index === ""
                ? "Create target"
                : `Create index ${target.index}`}
          </Button>
        }
      >
        {called} doesn't exist yet.{" "}
        <span className="text-quiet">
          Portage can create it for {embedder?.model ?? "the source's vectors"}:{" "}
          {dimension === null ? "" : `${countWords(dimension)} dimensions, `}
          {metric}.{" "}
          {isOwn
            ? "Until then nothing can be estimated or written."
            : "Otherwise it is created when a plan is applied."}
        </span>
      </Notice>
    );
  }
  if (target.dimension !== null && dimension !== null && target.dimension !== dimension) {
    return (
      <Notice
        level="error"
        action={
          isOwn ? (
            <ButtonLink href="/configuration">Show configuration</ButtonLink>
          ) : (
            <ButtonLink href={`/configuration/routes?open=${encodeURIComponent(route.name)}`}>Open route</ButtonLink>
          )
        }
      >
        The target takes {countWords(target.dimension)} dimensions,{" "}
        {embedder === null ? "the source's vectors have" : `${embedder.model} is set to make`} {countWords(dimension)}.{" "}
        <span className="text-quiet">
          {isOwn
            ? "Set GEMINI_OUTPUT_DIMENSIONS or PINECONE_NEW_INDEX so that they agree; until then nothing can be written."
            : "Choose another target or embedder in the route; until then nothing can be written."}
        </span>
      </Notice>
    );
  }
  return null;
}

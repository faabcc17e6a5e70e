"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { forget, preview } from "@/app/actions/routes";
import { useAct } from "@/components/data/act";
import { routesQuery } from "@/components/data/route-queries";
import { Button } from "@/components/ui/button";
import { Fact } from "@/components/ui/page-head";
import { RemovalDialog } from "@/components/ui/removal-dialog";
import { Sheet } from "@/components/ui/sheet";
import { Empty, ProblemNote } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { defaultRoute } from "@/lib/shapes/names";
import { indexFieldsWords } from "@/lib/shapes/routes/index-fields";
import type { IdRule, Route, RouteEnd } from "@/lib/shapes/routes/route";
import { EndName } from "./end-name";
import { fieldWords } from "./route-fields";
import { RouteForm } from "./route-form";
import { RoutePreviewView } from "./route-preview";

/** One route: its rules, what it would do now, changing and removing it; a new one for `null`. */
export function RouteSheet({
  name,
  from,
  onClose,
}: {
  name: string | null;
  /** What a new one leads from, where that is known. */
  from: RouteEnd | null;
  onClose(): void;
}) {
  const client = useQueryClient();
  const { data } = useQuery(routesQuery());
  const [changing, setChanging] = useState(name === null);
  const [asking, setAsking] = useState(false);
  const looking = useAct(preview, undefined, "here");
  const removing = useAct(
    forget,
    () => {
      void client.invalidateQueries({ queryKey: ["routes"] });
      void client.invalidateQueries({ queryKey: ["connections"] });
      toast(`The route ${name ?? ""} is removed.`);
      onClose();
    },
    "here",
  );
  const route = data?.routes.find((one) => one.name === name) ?? null;
  const saved = ({ name: kept, words }: Route) => {
    toast(`The route ${kept} is saved: ${words}.`);
    if (name === null) onClose();
    else setChanging(false);
  };
  return (
    <Sheet
      open
      onClose={onClose}
      title={name ?? "New route"}
      description={route?.words ?? "From a collection to a collection"}
      actions={
        route &&
        !changing && (
          <>
            <Button
              look="primary"
              busy={looking.isPending}
              onClick={() => looking.mutate({ definition: route.definition })}
            >
              Preview route
            </Button>
            {!route.fixed && <Button onClick={() => setChanging(true)}>Change route</Button>}
            {!route.fixed && (
              <Button
                look="danger"
                onClick={() => {
                  removing.reset();
                  setAsking(true);
                }}
              >
                Remove route
              </Button>
            )}
          </>
        )
      }
    >
      {data && name !== null && !route && <Empty title="There is no such route">It may have been removed.</Empty>}
      {changing && (name === null || route) && (
        <RouteForm
          route={route}
          from={from}
          onSaved={saved}
          onCancel={() => (name === null ? onClose() : setChanging(false))}
        />
      )}
      {route && !changing && (
        <div className="grid gap-5">
          <About route={route} />
          {looking.error !== null && <ProblemNote error={looking.error} />}
          {looking.data && <RoutePreviewView preview={looking.data} />}
        </div>
      )}
      <RemovalDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={`Remove ${name ?? ""}?`}
        description="Plans and runs that were made under it stay in the history."
        what="route"
        removing={removing}
        onRemove={() => removing.mutate({ name: name ?? "" })}
      />
    </Sheet>
  );
}

const nestedWords = { problem: "a problem", "as-json-text": "written as JSON text", flatten: "flattened" };

function idWords(rule: IdRule): string {
  if ("template" in rule) return `made from ${rule.template}`;
  return "prefix" in rule ? `prefixed with ${rule.prefix}` : "encoded where the target refuses them";
}

const fixedBy = ({ name }: Route) =>
  name === defaultRoute ? "Environment (PINECONE_OLD_INDEX, PINECONE_NEW_INDEX, ...)" : "The sandbox, to be tried";

function About({ route }: { route: Route }) {
  const { definition, fixed, revision } = route;
  const { namespaces, vectors, nested, ids, fields, duplicates, overflow, targetFields, owned, clearanceLevel } =
    definition;
  return (
    <dl className="grid grid-cols-1 gap-x-6 gap-y-4 sm:grid-cols-2">
      <Fact name="From">
        <EndName end={definition.source} />
      </Fact>
      <Fact name="To">
        <EndName end={definition.target} />
      </Fact>
      <Fact name="Namespaces">
        {"into" in namespaces
          ? `All into ${namespaces.into || "the default one"}`
          : "pairs" in namespaces
            ? Object.entries(namespaces.pairs)
                .map(([from, to]) => `${from || "default"} to ${to || "default"}`)
                .join(", ")
            : "Keep their names"}
      </Fact>
      <Fact name="Vectors">
        {vectors.from === "source"
          ? "Copied from the source"
          : `Of ${"keys" in vectors.text ? vectors.text.keys.join(", else ") : vectors.text.template}, by ${vectors.embedder}`}
      </Fact>
      <Fact name="Fields">
        {`Nested metadata is ${nestedWords[nested]}`}
        {"keep" in ids ? null : <span className="block">{`IDs are ${idWords(ids)}`}</span>}
        {fields.map((rule) => (
          <span key={fieldWords(rule)} className="block">
            {fieldWords(rule)}
          </span>
        ))}
        {duplicates !== "keep" && (
          <span className="block">Of records with the same text and metadata only the first is written</span>
        )}
        {overflow && (
          <span className="block">
            {`All metadata in ${overflow.connection}:${overflow.table}; with the vector ${overflow.keep === "fits" ? "what fits" : overflow.keep.join(", ")}${overflow.status ? "; collections_config and migration_status beside it" : ""}`}
          </span>
        )}
        {targetFields && <span className="block">{`In the index: ${indexFieldsWords(targetFields)}`}</span>}
        {owned.length > 0 && <span className="block">{`Owned by the target: ${owned.join(", ")}`}</span>}
        <span className="block">
          {clearanceLevel === null ? "No clearance level is added" : `Clearance level ${clearanceLevel.toString()}`}
        </span>
      </Fact>
      <Fact name={fixed ? "Set by" : "Revision"}>{fixed ? fixedBy(route) : revision.toString()}</Fact>
    </dl>
  );
}

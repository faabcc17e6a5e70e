"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { add } from "@/app/actions/routes";
import { useAct } from "@/components/data/act";
import { connectionsQuery } from "@/components/data/route-queries";
import { useGo } from "@/components/data/use-go";
import { Button } from "@/components/ui/button";
import type { InspectedCollection, Inspection } from "@/lib/shapes/routes/inspection";
import { slug } from "@/lib/text/slug";

type Store = Inspection["stores"][number];

/** Begins a route from a collection: the connection that opens it is saved where there is none yet, then the route's form opens. */
export function MakeRoute({ store, collection }: { store: Store; collection: InspectedCollection }) {
  const client = useQueryClient();
  const open = useGo();
  const { data } = useQuery(connectionsQuery());
  const connections = data?.connections ?? [];
  const go = (connection: string) =>
    open(`/configuration/routes?open=%2B&from=${encodeURIComponent(`${connection}:${collection.name}`)}`);
  const adding = useAct(add, (saved) => {
    void client.invalidateQueries({ queryKey: ["connections"] });
    if (saved.connection) go(saved.connection.name);
  });
  const { opens } = store;
  if (opens === null && !connections.some(({ name }) => name === store.path)) return null;
  const [tenant, database] = collection.within?.split("/") ?? [];
  const settings: Record<string, string> = {
    ...opens?.settings,
    ...(opens?.kind === "chroma-folder" && tenant && database ? { tenant, database } : {}),
  };
  const make = () => {
    if (opens === null) return go(store.path);
    const there = connections.find(
      (one) =>
        one.kind === opens.kind &&
        Object.entries(settings).every(([key, value]) =>
          one.settings.some((setting) => setting.key === key && setting.value === value),
        ),
    );
    if (there) return go(there.name);
    adding.mutate({ name: freeName(settings.path ?? "files", connections), kind: opens.kind, settings });
  };
  return (
    <Button busy={adding.isPending} disabled={!data} onClick={make}>
      Make route
    </Button>
  );
}

/** Named by the folder or file, with a number where that is taken. */
function freeName(path: string, connections: readonly { name: string }[]): string {
  const last = path.split("/").findLast((part) => part !== "") ?? "files";
  const base = slug(last).slice(0, 50) || "files";
  const taken = (name: string) => connections.some((one) => one.name === name);
  let name = base;
  for (let number = 2; taken(name); number++) name = `${base}-${number.toString()}`;
  return name;
}

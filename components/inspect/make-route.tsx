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
  const from = (connection: string) => encodeURIComponent(`${connection}:${collection.name}`);
  return (
    <OpensStore
      store={store}
      within={collection.within}
      addressOf={(connection) => `/configuration/routes?open=%2B&from=${from(connection)}`}
    >
      Make route
    </OpensStore>
  );
}

/** The same for all collections of a store, each to a target of its own; those of one tenant and database belong together. */
export function MakeSeveral({ store }: { store: Store }) {
  const [first, ...others] = store.collections;
  if (first === undefined || others.length === 0 || others.some(({ within }) => within !== first.within)) return null;
  return (
    <OpensStore
      store={store}
      within={first.within}
      addressOf={(connection) => `/configuration/routes/several?from=${encodeURIComponent(connection)}`}
    >
      Move several collections
    </OpensStore>
  );
}

/** A button that leads on once a connection opens the store: the one that is there, or a new one. */
function OpensStore({
  store,
  within,
  addressOf,
  children,
}: {
  store: Store;
  within: string | null;
  addressOf(connection: string): string;
  children: string;
}) {
  const client = useQueryClient();
  const open = useGo();
  const { data } = useQuery(connectionsQuery());
  const connections = data?.connections ?? [];
  const go = (connection: string) => open(addressOf(connection));
  const adding = useAct(add, (saved) => {
    void client.invalidateQueries({ queryKey: ["connections"] });
    if (saved.connection) go(saved.connection.name);
  });
  const { opens } = store;
  if (opens === null && !connections.some(({ name }) => name === store.path)) return null;
  const [tenant, database] = within?.split("/") ?? [];
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
      {children}
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

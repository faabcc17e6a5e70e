"use client";

import { useQueryStates } from "nuqs";
import { Schedules } from "@/components/schedules/schedules";
import { ButtonLink } from "@/components/ui/button";
import { PageHead } from "@/components/ui/page-head";
import { Tabs } from "@/components/ui/tabs";
import { FleetNamespaces } from "./fleet-namespaces";
import { fleetParsers } from "./fleet-url";

/** All namespaces at a glance, and their schedules. */
export function Fleet() {
  const [{ tab }, setAsked] = useQueryStates(fleetParsers);
  return (
    <>
      <PageHead
        title="Sync status"
        note="Sync status of every namespace, and its schedule"
        actions={
          <ButtonLink href="/mirror" look="primary">
            Compare namespaces
          </ButtonLink>
        }
      />
      <Tabs
        label="Sync status"
        open={tab}
        onOpen={(name) => void setAsked({ tab: name, namespace: null, schedule: null })}
        tabs={[
          { name: "namespaces", label: "Namespaces", content: <FleetNamespaces /> },
          { name: "schedules", label: "Schedules", content: <Schedules /> },
        ]}
      />
    </>
  );
}

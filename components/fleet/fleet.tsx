"use client";

import { useQueryStates } from "nuqs";
import { Schedules } from "@/components/schedules/schedules";
import { ButtonLink } from "@/components/ui/button";
import { PageHead } from "@/components/ui/page-head";
import { Tabs } from "@/components/ui/tabs";
import { FleetNamespaces } from "./fleet-namespaces";
import { fleetParsers } from "./fleet-url";

/** All namespaces at a glance, and what keeps them in step by itself. */
export function Fleet() {
  const [{ tab }, setAsked] = useQueryStates(fleetParsers);
  return (
    <>
      <PageHead
        title="Fleet"
        note="How far apart the shores of each namespace are, and what keeps them in step"
        actions={
          <ButtonLink href="/mirror" look="primary">
            Analyse differences
          </ButtonLink>
        }
      />
      <Tabs
        label="Fleet"
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

"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ConfigurationTabs } from "@/components/configuration/configuration-tabs";
import { accountQuery } from "@/components/data/team-queries";
import { Button } from "@/components/ui/button";
import { Fact, PageHead, Section } from "@/components/ui/page-head";
import { Skeleton } from "@/components/ui/skeleton";
import { Notice, ProblemNote } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { roleWords } from "@/components/words/team";
import { ChangePassword } from "./change-password";
import { callAccounts } from "./sign-in";
import { Tokens } from "./tokens";

/** Who has the page open, what they may do, and their tokens for scripts. */
export function AccountPage() {
  const { data, error, refetch } = useQuery(accountQuery());
  return (
    <>
      <PageHead title="Account" actions={data?.who.by === "session" && <SignOut />} />
      <ConfigurationTabs />
      {error && !data && <ProblemNote error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton className="h-48 w-full rounded-md" />}
      {data && (
        <div className="grid gap-7">
          {!data.login && (
            <Notice level="info">
              Nobody signs in here: Portage answers on this machine only. PORTAGE_LOGIN=on makes it a team's.
            </Notice>
          )}
          {data.login && (
            <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
              <Fact name="Signed in as">{data.who.name}</Fact>
              <Fact name="Role">{roleWords[data.who.role].title}</Fact>
              <Fact name="May">{roleWords[data.who.role].may}</Fact>
              <Fact name="Second person">
                {data.fourEyes === null
                  ? "not asked for"
                  : `approves plans of more than ${data.fourEyes.toLocaleString("en-US")} ${data.fourEyes === 1 ? "change" : "changes"}`}
              </Fact>
            </dl>
          )}
          {data.password && <ChangePassword />}
          <Section title="Tokens" note="For scripts and the command line, as PORTAGE_TOKEN">
            <Tokens role={data.who.role} />
          </Section>
        </div>
      )}
    </>
  );
}

function SignOut() {
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const leave = async () => {
    setBusy(true);
    try {
      await callAccounts("/sign-out", {});
      client.clear();
      window.location.assign("/login");
    } catch (error) {
      toast.error(error instanceof Error ? error.message : "Signing out didn't work.");
      setBusy(false);
    }
  };
  return (
    <Button busy={busy} onClick={() => void leave()}>
      Sign out
    </Button>
  );
}

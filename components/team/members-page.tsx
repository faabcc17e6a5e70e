"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { changeMember, invite, removeMember } from "@/app/actions/team";
import { ConfigurationTabs } from "@/components/configuration/configuration-tabs";
import { useAct } from "@/components/data/act";
import { accountQuery, membersQuery } from "@/components/data/team-queries";
import { Button } from "@/components/ui/button";
import { SelectOne } from "@/components/ui/filter-bar";
import { CopyButton } from "@/components/ui/identifier";
import { Moment } from "@/components/ui/moment";
import { PageHead } from "@/components/ui/page-head";
import { Skeleton } from "@/components/ui/skeleton";
import { Empty, Notice, ProblemNote } from "@/components/ui/states";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { roleWords } from "@/components/words/team";
import { type Role, roles } from "@/lib/shapes/team/role";
import type { Member } from "@/lib/shapes/team/team";

/** Everybody who may sign in, with their roles; invitations are links that work once. */
export function MembersPage() {
  const { data, error, refetch } = useQuery(membersQuery());
  const account = useQuery(accountQuery()).data;
  return (
    <>
      <PageHead title="Members" note="Who may sign in, and what they may do" />
      <ConfigurationTabs />
      <div className="grid gap-5">
        {account && !account.login && (
          <Notice level="info">
            Nobody signs in here: Portage answers on this machine only. PORTAGE_LOGIN=on makes it a team's.
          </Notice>
        )}
        {error && !data && <ProblemNote error={error} retry={() => void refetch()} />}
        {!data && !error && <Skeleton className="h-48 w-full rounded-md" />}
        {data && account?.login && <Invite />}
        {data && data.members.length === 0 && <Empty title="No members yet">Invite the first one.</Empty>}
        {data && data.members.length > 0 && <MemberTable members={data.members} own={account?.who.id ?? ""} />}
      </div>
    </>
  );
}

function Invite() {
  const [role, setRole] = useState<Role>("operator");
  const [link, setLink] = useState<string | null>(null);
  const inviting = useAct(invite, ({ path }) => setLink(`${window.location.origin}${path}`));
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <SelectOne
          label="Role of the invited"
          of={roles}
          title={(one) => `${roleWords[one].title}: ${roleWords[one].may}`}
          value={role}
          onChange={(one) => setRole(one ?? role)}
        />
        <Button look="primary" busy={inviting.isPending} onClick={() => inviting.mutate({ role })}>
          Make invitation
        </Button>
      </div>
      {link !== null && (
        <Notice level="warn" action={<CopyButton text={link} what="the link" />}>
          <span className="font-mono text-[12.5px] wrap-anywhere">{link}</span>
          <span className="block text-sm text-quiet">
            It makes one member, once, within 7 days. Send it to nobody else: it can't be read again.
          </span>
        </Notice>
      )}
    </div>
  );
}

function MemberTable({ members, own }: { members: readonly Member[]; own: string }) {
  const client = useQueryClient();
  const put = (answer: { members: Member[] }) => client.setQueryData(membersQuery().queryKey, answer);
  const changing = useAct(changeMember, put);
  const removing = useAct(removeMember, put);
  const busy = changing.isPending || removing.isPending;
  return (
    <Table label="Members">
      <thead>
        <tr>
          <HeadCell>Member</HeadCell>
          <HeadCell>Role</HeadCell>
          <HeadCell className="hidden md:table-cell">Signs in by</HeadCell>
          <HeadCell className="hidden sm:table-cell">Last seen</HeadCell>
          <HeadCell>
            <span className="sr-only">Shut out or remove</span>
          </HeadCell>
        </tr>
      </thead>
      <tbody>
        {members.map((member) => (
          <Row key={member.id}>
            <Cell className="wrap-anywhere">
              <span className="font-medium">{member.name}</span>
              <span className="block text-quiet">{member.email}</span>
            </Cell>
            <Cell>
              <SelectOne
                label={`Role of ${member.email}`}
                of={roles}
                title={(role) => roleWords[role].title}
                value={member.role}
                onChange={(role) => role && changing.mutate({ id: member.id, role })}
              />
            </Cell>
            <Cell className="hidden md:table-cell">{member.ways.join(", ") || "–"}</Cell>
            <Cell className="hidden sm:table-cell">
              <Moment at={member.lastSeenAt} />
            </Cell>
            <Cell className="text-right whitespace-nowrap">
              {member.id !== own && (
                <>
                  <Button
                    look="quiet"
                    busy={busy}
                    onClick={() => changing.mutate({ id: member.id, disabled: !member.disabled })}
                  >
                    {member.disabled ? "Let in" : "Shut out"}
                  </Button>
                  {member.disabled && (
                    <Button look="danger" busy={busy} onClick={() => removing.mutate({ id: member.id })}>
                      Remove
                    </Button>
                  )}
                </>
              )}
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}

"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { addToken, revokeToken } from "@/app/actions/team";
import { useAct } from "@/components/data/act";
import { tokensQuery } from "@/components/data/team-queries";
import { Button } from "@/components/ui/button";
import { Field, Input, Select } from "@/components/ui/field";
import { CopyButton } from "@/components/ui/identifier";
import { Moment } from "@/components/ui/moment";
import { Skeleton } from "@/components/ui/skeleton";
import { Empty, Notice, ProblemNote } from "@/components/ui/states";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { roleWords } from "@/components/words/team";
import { includesRole, type Role, roles } from "@/lib/shapes/team/role";
import type { TokenView } from "@/lib/shapes/team/team";

/** Tokens for scripts: made here, shown once, ended here. */
export function Tokens({ role }: { role: Role }) {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(tokensQuery());
  const [made, setMade] = useState<string | null>(null);
  const again = () => void client.invalidateQueries({ queryKey: tokensQuery().queryKey });
  const adding = useAct(addToken, ({ token }) => {
    setMade(token);
    again();
  });
  const ending = useAct(revokeToken, again);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    adding.mutate({ name: given.get("name"), role: given.get("role"), days: Number(given.get("days")) });
    event.currentTarget.reset();
  };
  return (
    <div className="grid gap-4">
      <form onSubmit={submit} className="flex flex-wrap items-start gap-3">
        <Field label="What it is for" hint="Letters, digits, dots and dashes." className="min-w-48 flex-1 sm:max-w-72">
          {(props) => <Input {...props} name="name" required pattern="[\w.\-]{1,60}" />}
        </Field>
        <Field label="Role">
          {(props) => (
            <Select {...props} name="role">
              {roles
                .filter((one) => includesRole(role, one))
                .map((one) => (
                  <option key={one} value={one}>
                    {roleWords[one].title}
                  </option>
                ))}
            </Select>
          )}
        </Field>
        <Field label="Days">
          {(props) => (
            <Input
              {...props}
              name="days"
              type="number"
              min={1}
              max={366}
              defaultValue={90}
              required
              className="max-w-24"
            />
          )}
        </Field>
        <Button type="submit" busy={adding.isPending} className="mt-6">
          Make token
        </Button>
      </form>
      {made !== null && (
        <Notice level="warn" action={<CopyButton text={made} what="the token" />}>
          <span className="font-mono text-[12.5px] wrap-anywhere">{made}</span>
          <span className="block text-sm text-quiet">Copy it now: it can't be read again.</span>
        </Notice>
      )}
      {error && !data && <ProblemNote error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton className="h-32 w-full rounded-md" />}
      {data && data.tokens.length === 0 && (
        <Empty title="No tokens yet">Make one for each script that needs one.</Empty>
      )}
      {data && data.tokens.length > 0 && (
        <Table label="Tokens">
          <thead>
            <tr>
              <HeadCell>Token</HeadCell>
              <HeadCell>Role</HeadCell>
              <HeadCell className="hidden sm:table-cell">Expires</HeadCell>
              <HeadCell className="hidden md:table-cell">Last used</HeadCell>
              <HeadCell className="hidden lg:table-cell">Made by</HeadCell>
              <HeadCell>
                <span className="sr-only">End it</span>
              </HeadCell>
            </tr>
          </thead>
          <tbody>
            {data.tokens.map((token) => (
              <TokenRow
                key={token.id}
                token={token}
                busy={ending.isPending}
                onEnd={() => ending.mutate({ id: token.id })}
              />
            ))}
          </tbody>
        </Table>
      )}
    </div>
  );
}

function TokenRow({ token, busy, onEnd }: { token: TokenView; busy: boolean; onEnd(): void }) {
  return (
    <Row>
      <Cell className="wrap-anywhere">{token.name}</Cell>
      <Cell>{roleWords[token.role].title}</Cell>
      <Cell className="hidden sm:table-cell">
        <Moment at={token.expiresAt} />
      </Cell>
      <Cell className="hidden md:table-cell">
        <Moment at={token.lastUsedAt} />
      </Cell>
      <Cell className="hidden wrap-anywhere lg:table-cell">{token.createdBy}</Cell>
      <Cell className="text-right">
        {token.revokedAt === null ? (
          <Button look="quiet" busy={busy} aria-label={`Revoke ${token.name}`} onClick={onEnd}>
            Revoke
          </Button>
        ) : (
          <span className="text-quiet">Revoked</span>
        )}
      </Cell>
    </Row>
  );
}

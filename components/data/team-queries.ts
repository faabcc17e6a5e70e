import { queryOptions } from "@tanstack/react-query";
import type { Answers } from "./answers";
import { fetchAnswer, withSearch } from "./fetch-answer";

/** Who has the page open, and what they may do. */
export function accountQuery() {
  return queryOptions({
    queryKey: ["account"],
    queryFn: ({ signal }) => fetchAnswer<Answers["account"]>("/account", signal),
    staleTime: 60_000,
  });
}

export function tokensQuery() {
  return queryOptions({
    queryKey: ["tokens"],
    queryFn: ({ signal }) => fetchAnswer<Answers["tokens"]>("/tokens", signal),
  });
}

export function membersQuery() {
  return queryOptions({
    queryKey: ["members"],
    queryFn: ({ signal }) => fetchAnswer<Answers["members"]>("/members", signal),
  });
}

export type AuditFilters = { who: string; act: string; outcome: string };

/** Entries of the audit trail before a number, newest first. */
export function auditQuery(filters: AuditFilters, before: number | null) {
  return queryOptions({
    queryKey: ["audit", filters, before],
    queryFn: ({ signal }) =>
      fetchAnswer<Answers["auditPage"]>(withSearch("/audit", { ...filters, before, limit: 50 }), signal),
  });
}

/** Computes every hash of the trail again; only on request. */
export function auditVerdictQuery() {
  return queryOptions({
    queryKey: ["audit-verdict"],
    queryFn: ({ signal }) => fetchAnswer<Answers["auditVerdict"]>("/audit/verify", signal),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

"use client";

import { useQuery } from "@tanstack/react-query";
import { includesRole, type Role } from "@/lib/shapes/names";
import { accountQuery } from "./team-queries";

/** Whether whoever has the page open may do what asks for a role. The server decides; pages offer nothing that it would refuse. */
export function useMay(needed: Role): boolean {
  const { data } = useQuery(accountQuery());
  return data === undefined || includesRole(data.who.role, needed);
}

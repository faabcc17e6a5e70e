import { headers } from "next/headers";
import { type Context, contextFor } from "@/lib/actions/verbs/context";
import { type Who, whoHeader, whoSchema } from "@/lib/shapes/role";

/** Whoever the server in front found out to be asking; without a login, whoever sits at this machine. */
export function whoAsks(given: Pick<Headers, "get">, name: string): Who {
  const found = given.get(whoHeader);
  if (found === null) return { name, role: "admin", by: "machine", id: "", address: "" };
  return whoSchema.parse(JSON.parse(decodeURIComponent(found)));
}

/** The process' context on behalf of whoever has the page open. */
export async function asking(): Promise<Context> {
  return contextFor(whoAsks(await headers(), "web"));
}

import { headers } from "next/headers";
import { type Context, contextFor, notSignedIn } from "@/lib/actions/verbs/context";
import { nobody, type Who, whoHeader, whoSchema } from "@/lib/shapes/team/role";

/** Whoever the server in front found out to be asking; without a login, whoever sits at this machine. */
export function whoAsks(given: Pick<Headers, "get">, name: string): Who {
  const found = given.get(whoHeader);
  if (found === null) return { name, role: "admin", by: "machine", id: "", address: "" };
  if (found === nobody) throw notSignedIn();
  return whoSchema.parse(JSON.parse(decodeURIComponent(found)));
}

/** Whether the page is one that is shown before anybody has signed in. */
export async function isBeforeLogin(): Promise<boolean> {
  return (await headers()).get(whoHeader) === nobody;
}

/** The process' context on behalf of whoever has the page open. */
export async function asking(): Promise<Context> {
  return contextFor(whoAsks(await headers(), "web"));
}

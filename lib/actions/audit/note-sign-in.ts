import { z } from "zod";
import { appendEntry } from "@/lib/audit/entry-rows";
import type { Role } from "@/lib/shapes/team/role";
import type { Context } from "../verbs/context";

/** `holder`: the address of who came by the provider, which no body says. */
type Tried = { body: string; response: Response; holder: string | null };
type SignIn = { way: string; address: string } & (Tried | { email: string; role: Role });

const given = z.object({ email: z.string().max(200) });

/** Puts into the audit trail that somebody signed in or tried to, or took an invitation. */
export async function noteSignIn({ database }: Pick<Context, "database">, signIn: SignIn): Promise<void> {
  const made = "email" in signIn;
  const status = made ? 200 : signIn.response.status;
  // Nothing was tried: there is no such way in, or it was tried too often. Anybody can ask without end.
  if ([404, 405, 429].includes(status)) return;
  // The provider's way back leads on, to a page or to one that tells of an error.
  const location = made ? "" : (signIn.response.headers.get("location") ?? "");
  const done = status < 400 && !/[?&]error=/.test(location);
  const email = made ? signIn.email : (signIn.holder ?? emailOf(signIn.body));
  await appendEntry(database, {
    who: email === "" ? "somebody" : email,
    role: made ? signIn.role : "",
    by: "session",
    address: signIn.address,
    act: made ? "invitationTaken" : "signedIn",
    subject: email,
    planHash: "",
    outcome: done ? "done" : "refused",
    code: done ? "" : `status-${status}`,
    details: { way: signIn.way },
  });
}

function emailOf(body: string): string {
  try {
    return given.parse(JSON.parse(body)).email;
  } catch {
    return "";
  }
}

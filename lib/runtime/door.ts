import type { IncomingMessage, ServerResponse } from "node:http";
import { noteSignIn } from "@/lib/actions/audit/note-sign-in";
import { type Context, notSignedIn } from "@/lib/actions/verbs/context";
import type { Accounts } from "@/lib/auth/accounts";
import { giveInvitationBack, openInvitation, takeInvitation } from "@/lib/auth/invitations";
import { accountsPath, addressHeader } from "@/lib/auth/paths";
import { tokenHolder } from "@/lib/auth/tokens";
import { sealingKey } from "@/lib/routes/sealing-keys";
import { nobody, type Who, whoHeader } from "@/lib/shapes/team/role";
import { acceptInvitationInput } from "@/lib/shapes/team/team";
import { clientAddress } from "./client-address";
import { asRequest, readBody, sendProblem, sendResponse } from "./web-exchange";

/** Pages and answers for which nobody has to be signed in: they show nothing of Portage's. */
const open = /^\/(login|invitation|icon\.svg|api\/health\/(live|ready)|_next\/static\/.*)$/;

/** Decides for every request who asks. Answers `true` where it has answered the request itself. */
export type Door = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

const pathOf = ({ url = "/" }: IncomingMessage) => url.split("?")[0] ?? "/";

/**
 * The way in where everybody signs in: by a session or by a token, never by what a request says of itself. What stands behind is told in one
 * header, which is taken away from what comes from outside.
 */
export async function openDoor(context: Context, url: string): Promise<Door> {
  const { config, database } = context;
  if (config.login === null) return async () => false;
  // Read only where somebody signs in.
  const { openAccounts } = await import("@/lib/auth/accounts");
  const accounts = openAccounts(database, { url, key: sealingKey(config), oidc: config.login.oidc });
  const addressOf = clientAddress(config.login.trustedProxies);
  return async (request, response) => {
    const path = pathOf(request);
    const address = addressOf(request);
    if (path.startsWith(`${accountsPath}/`)) {
      sendResponse(response, await answerAccounts(context, accounts, { request, url, address }));
      return true;
    }
    const asking = await whoAsks(context, accounts, request, address);
    if (asking !== null) {
      request.headers[whoHeader] = encodeURIComponent(JSON.stringify(asking));
      return false;
    }
    const reads = request.method === "GET" || request.method === "HEAD";
    if (reads && open.test(path)) {
      request.headers[whoHeader] = nobody;
      return false;
    }
    if (reads && !path.startsWith("/api/")) {
      response.writeHead(303, { location: `/login?next=${encodeURIComponent(request.url ?? "/")}` }).end();
      return true;
    }
    sendProblem(response, 401, notSignedIn());
    return true;
  };
}

async function whoAsks(
  { database }: Context,
  accounts: Accounts,
  request: IncomingMessage,
  address: string,
): Promise<Who | null> {
  const bearer = /^Bearer (\S{1,200})$/i.exec(request.headers.authorization ?? "")?.[1];
  if (bearer !== undefined) {
    const holder = await tokenHolder(database, bearer);
    return holder && { ...holder, by: "token", address };
  }
  if (!request.headers.cookie) return null;
  const holder = await accounts.holder(new Headers({ cookie: request.headers.cookie }));
  return holder && { id: holder.id, name: holder.email, role: holder.role, by: "session", address };
}

/** What comes below the library's path, and what goes beside it: the ways in, and taking an invitation. */
async function answerAccounts(
  context: Context,
  accounts: Accounts,
  { request, url, address }: { request: IncomingMessage; url: string; address: string },
): Promise<Response> {
  const below = pathOf(request).slice(accountsPath.length);
  request.headers[addressHeader] = address;
  if (below === "/ways") return Response.json({ oidc: context.config.login?.oidc?.name ?? null });
  const body = await readBody(request);
  if (body === null) return problem(413, "The request's body is too large.");
  if (below === "/accept-invitation") return acceptInvitation(context, accounts, body, address);
  const response = await accounts.handler(asRequest(request, url, body));
  const byProvider = below === "/callback/oidc";
  if (byProvider || below === "/sign-in/email") {
    const holder = byProvider ? await accounts.holder(new Headers({ cookie: cookiesOf(response) })) : null;
    await noteSignIn(context, { body, way: below, response, holder: holder?.email ?? null, address });
  }
  return response;
}

/** What a browser sends along after this answer. */
const cookiesOf = ({ headers }: Response) =>
  headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");

async function acceptInvitation(
  context: Context,
  accounts: Accounts,
  body: string,
  address: string,
): Promise<Response> {
  const given = acceptInvitationInput.safeParse(parsed(body));
  if (!given.success)
    return problem(400, `${given.error.issues[0]?.path.join(".")}: ${given.error.issues[0]?.message}.`);
  const { invitation, name, email, password } = given.data;
  const none = () => problem(410, "This invitation was used, is too old, or isn't one: ask for another.");
  // Nobody is told who is a member without an invitation.
  if ((await openInvitation(context.database, invitation)) === null) return none();
  if (await accounts.isTaken(email)) return problem(409, "Somebody with this address is a member already: sign in.");
  const role = await takeInvitation(context.database, invitation, email);
  if (role === null) return none();
  try {
    await accounts.makeMember({ name, email, password, role });
  } catch (error) {
    await giveInvitationBack(context.database, invitation, email);
    throw error;
  }
  await noteSignIn(context, { way: "invitation", email, role, address });
  return Response.json({ email, role });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const problem = (status: number, what: string) =>
  Response.json({ status, title: what, what, notLost: "Nothing was changed.", next: "" }, { status });

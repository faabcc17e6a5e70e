import { type Context, contextFor } from "@/lib/actions/verbs/context";
import { forOperators } from "@/lib/actions/verbs/unexpected";
import { httpStatusOf, isOperatorError, OperatorError } from "@/lib/operator-error";
import type { Who } from "@/lib/shapes/team/role";
import { whoAsks } from "../who-asks";

const unopened = {
  info: () => {},
  warn: () => {},
  error: () => {},
};

/** An error as RFC 9457 problem details, with Portage's three sentences beside. Never shows an unknown error's text. */
export function problem(
  error: unknown,
  ctx: Context | null,
  status?: number,
  headers: Record<string, string> = {},
): Response {
  const { kind, code, what, notLost, next } = forOperators(error, ctx?.log ?? unopened);
  const body = {
    type: `urn:portage:problem:${code}`,
    title: what,
    status: status ?? httpStatusOf[kind],
    detail: `${notLost} ${next}`,
    code,
    what,
    notLost,
    next,
  };
  return new Response(JSON.stringify(body), {
    status: body.status,
    headers: { ...headers, "content-type": "application/problem+json", "cache-control": "no-store" },
  });
}

/** A refusal by the HTTP edge itself, before any verb. */
export function refusal(
  status: number,
  code: string,
  what: string,
  next: string,
  headers: Record<string, string> = {},
) {
  const error = new OperatorError({ kind: "usage", code, what, notLost: "Nothing was started or changed.", next });
  return problem(error, null, status, headers);
}

const named = /^cli:[\w.@-]{1,64}$/;

/** Who asks over HTTP without a login: the command line of this machine says so itself, all others are `http`. */
function nameOf(request: Request): string {
  const given = request.headers.get("x-portage-actor") ?? "";
  return named.test(given) ? given : "http";
}

/** A probe of health asks for itself. */
export const probe = (): Who => ({ name: "probe", role: "viewer", by: "process", id: "", address: "" });

/** Runs a handler with the process' context; whatever it throws becomes problem details. */
export async function answering(
  request: Request,
  work: (ctx: Context) => Promise<Response>,
  who: (request: Request) => Who = (given) => whoAsks(given.headers, nameOf(given)),
): Promise<Response> {
  let ctx: Context | null = null;
  try {
    ctx = contextFor(who(request));
    return await work(ctx);
  } catch (error) {
    if (ctx === null) {
      if (isOperatorError(error)) return problem(error, null, error.code === "not-signed-in" ? 401 : undefined);
      return refusal(503, "not-open", "Portage isn't open in this process.", "Start it with `portage serve`.");
    }
    return problem(error, ctx);
  }
}

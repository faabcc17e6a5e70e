import { buildHeader, pagesBuild } from "@/components/data/build";
import { openDownload, receiveUpload } from "@/lib/actions/verbs/call-verb";
import type { Context } from "@/lib/actions/verbs/context";
import { allVerbs, downloads, uploads } from "@/lib/actions/verbs/registry";
import type { AnyDownload, AnyUpload, AnyVerb } from "@/lib/actions/verbs/verb";
import { isOperatorError } from "@/lib/operator-error";
import { answering, problem, refusal } from "./answers";
import { BodyRefused, inputFromBody, inputFromQuery } from "./request-input";
import { streamText } from "./streams";

type Route = { method: string; path: string } & ({ verb: AnyVerb } | { download: AnyDownload } | { upload: AnyUpload });

const routes: Route[] = [
  ...allVerbs.map((verb): Route => ({ method: verb.method, path: verb.path, verb })),
  ...downloads.map((download): Route => ({ method: "GET", path: download.path, download })),
  ...uploads.map((upload): Route => ({ method: "POST", path: upload.path, upload })),
];

/** The path's `{...}` parts when the pattern fits, else `null`. Both are lists of segments. */
function match(pattern: string[], segments: string[]): Record<string, string> | null {
  if (pattern.length !== segments.length) return null;
  const found: Record<string, string> = {};
  for (const [place, part] of pattern.entries()) {
    const segment = segments[place] ?? "";
    if (part.startsWith("{")) found[part.slice(1, -1)] = segment;
    else if (part !== segment) return null;
  }
  return found;
}

function segmentsOf(request: Request): string[] | null {
  const path = new URL(request.url).pathname.replace(/^\/api\/v1\/?/, "").replace(/\/$/, "");
  try {
    return path.split("/").map(decodeURIComponent);
  } catch {
    return null;
  }
}

async function run(ctx: Context, request: Request, route: Route, found: Record<string, string>): Promise<Response> {
  const query = new URL(request.url).searchParams;
  const options = { signal: request.signal };
  if ("download" in route) {
    const { download } = route;
    const opened = await openDownload(download, ctx, { ...inputFromQuery(download.input, query), ...found }, options);
    return streamText(opened);
  }
  if ("upload" in route) {
    const { upload } = route;
    const raw = { ...inputFromQuery(upload.input, query), ...found };
    return answerOf(await receiveUpload(upload, ctx, raw, formIn(request), options));
  }
  const { verb } = route;
  const given = verb.method === "GET" ? inputFromQuery(verb.input, query) : await inputFromBody(request);
  const answer = await verb.answer(ctx, { ...given, ...found }, options);
  return answerOf(answer);
}

const answerOf = (answer: unknown) => Response.json(answer, { headers: { "cache-control": "no-store" } });

function formIn({ headers, body }: Request) {
  const length = Number(headers.get("content-length") ?? Number.NaN);
  const contentType = headers.get("content-type") ?? "";
  return { contentType, length: Number.isFinite(length) ? length : null, bytes: body };
}

/**
 * Answers a request under `/api/v1` by the registry: 404 for an unknown path, 405 for a wrong method. Every answer names its
 * build: a page of another one doesn't read it.
 */
export async function dispatch(request: Request): Promise<Response> {
  const response = await route(request);
  response.headers.set(buildHeader, pagesBuild);
  return response;
}

async function route(request: Request): Promise<Response> {
  const segments = segmentsOf(request);
  const fitting = routes.flatMap((route) => {
    const found = segments && match(route.path.split("/").slice(1), segments);
    return found ? [{ route, found }] : [];
  });
  // `/routes/preview` is no route of that name: what is written out comes before what stands for anything.
  fitting.sort((one, other) => Object.keys(one.found).length - Object.keys(other.found).length);
  if (fitting.length === 0) {
    return refusal(
      404,
      "no-such-path",
      "There is nothing at this address.",
      "See /api/v1/openapi.json for what there is.",
    );
  }
  const method = request.method === "HEAD" ? "GET" : request.method;
  const chosen = fitting.find(({ route }) => route.method === method);
  if (!chosen) {
    const allowed = fitting.map(({ route }) => route.method).join(", ");
    return refusal(405, "wrong-method", `${request.method} isn't taken here.`, `Use ${allowed}.`, { allow: allowed });
  }
  return answering(request, async (ctx) => {
    try {
      return await run(ctx, request, chosen.route, chosen.found);
    } catch (error) {
      if (error instanceof BodyRefused) return refusal(error.status, error.code, error.message, error.next);
      if (isOperatorError(error) && error.code === "files-too-large") return problem(error, ctx, 413);
      throw error;
    }
  });
}

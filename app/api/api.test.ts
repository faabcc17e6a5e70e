import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Context, offerContext } from "@/lib/actions/verbs/context";
import { allVerbs } from "@/lib/actions/verbs/registry";
import { openTestContext, putRun } from "@/lib/actions/verbs/testing";
import { dispatch } from "./dispatch";
import { GET as live } from "./health/live/route";
import { GET as ready } from "./health/ready/route";
import { GET as metrics } from "./metrics/route";
import { describeOpenApi } from "./openapi.suite";
import { GET as events } from "./v1/runs/[id]/events/route";

let ctx: Context;
let logged: { details: object; message: string }[];
let close: () => Promise<void>;
const at = (path: string) => `http://127.0.0.1:3000/api/v1${path}`;
const get = (path: string) => dispatch(new Request(at(path)));
const post = (path: string, body: string, type = "application/json") =>
  dispatch(new Request(at(path), { method: "POST", body, headers: { "content-type": type } }));
const problemShape = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  code: z.string(),
  what: z.string(),
  notLost: z.string(),
  next: z.string(),
});
async function problemOf(response: Response) {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const problem = problemShape.parse(await response.json());
  expect(problem.status).toBe(response.status);
  return problem;
}

beforeAll(async () => {
  const opened = await openTestContext({ source: { a: 3, "b/c #?&": 2 }, target: { a: 1 } });
  ({ ctx, logged, close } = opened);
  offerContext(ctx);
  await putRun(ctx, "one", { state: "succeeded" }, [{ listed: true, total: 2, written: 1, skipped: 1, tokens: 9n }]);
  await ctx.database.prisma.finding.create({
    data: { runId: "one", namespace: "", recordId: "=x", kind: "skipped", reason: "no-text", detail: "-" },
  });
});
afterAll(() => close());

describe("verbs over HTTP", () => {
  it("answer what the verb answers, and nothing may keep it", async () => {
    const response = await get("/runs/one");
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toMatchObject({ id: "one", outcome: { written: 1, skipped: 1 } });
  });

  it("read lists, numbers and flags of a query string as the verb's schema has them", async () => {
    const named = await get(`/namespaces?names=a&names=${encodeURIComponent("b/c #?&")}`);
    expect(await named.json()).toMatchObject({ totals: { source: 5, target: 1, namespaces: 2 } });
    expect(await (await get("/runs?state=succeeded&limit=1")).json()).toMatchObject({ matching: 1 });
    expect(await (await get("/namespaces/count?name=a&exact=true")).json()).toMatchObject({
      source: { value: 3, exact: true },
    });
    expect(await (await get("/namespaces/count?name=a&exact=false")).json()).toMatchObject({ target: { value: 1 } });
    expect(await (await get("/runs?search=123")).json()).toMatchObject({ matching: 0 });
  });

  it("refuse what doesn't fit, and name it", async () => {
    for (const [path, field] of [
      ["/runs?limit=-1", "limit"],
      ["/runs?limit=many", "limit"],
      ["/runs?limit=1&limit=2", "limit"],
      ["/runs?state=sleeping", "state"],
      ["/namespaces/count", "name"],
    ] as const) {
      const problem = await problemOf(await get(path));
      expect([problem.status, problem.code], path).toEqual([400, "invalid-input"]);
      expect(problem.what).toContain(field);
    }
    expect(await problemOf(await get("/runs?limlt=5"))).toMatchObject({ status: 400 });
    expect(await problemOf(await get("/runs/nope"))).toMatchObject({ status: 404, code: "run-not-found" });
  });

  it("know their paths and methods", async () => {
    expect(await problemOf(await get("/nowhere"))).toMatchObject({ status: 404, code: "no-such-path" });
    expect(await problemOf(await get("/runs/%zz"))).toMatchObject({ status: 404 });
    const wrong = await dispatch(new Request(at("/runs/one"), { method: "DELETE" }));
    expect(wrong.headers.get("allow")).toBe("GET");
    expect(await problemOf(wrong)).toMatchObject({ status: 405 });
  });

  it("take a body as JSON only, of a bounded size", async () => {
    expect(await (await post("/namespaces/refresh", "{}")).json()).toHaveProperty("asOf");
    expect((await post("/namespaces/refresh", "")).status).toBe(200);
    expect(await problemOf(await post("/namespaces/refresh", "{}", "text/plain"))).toMatchObject({ status: 415 });
    expect(
      await problemOf(await post("/namespaces/refresh", "a=1", "application/x-www-form-urlencoded")),
    ).toMatchObject({ status: 415 });
    expect(await problemOf(await post("/namespaces/refresh", "{"))).toMatchObject({
      status: 400,
      code: "invalid-json",
    });
    expect(await problemOf(await post("/namespaces/refresh", "[]"))).toMatchObject({ status: 400 });
    expect(await problemOf(await post("/namespaces/refresh", " ".repeat(5_000_000)))).toMatchObject({ status: 413 });
  });

  it("show a reference for what is unknown, and its text in the log only", async () => {
    const broken = { ...ctx.database, rows: () => Promise.reject(new Error("relation secret_table is gone")) };
    offerContext({ ...ctx, database: broken });
    const problem = await problemOf(await get("/runs/one"));
    offerContext(ctx);
    expect(problem).toMatchObject({ status: 500, code: "unexpected" });
    expect(JSON.stringify(problem)).not.toContain("secret_table");
    const reference = /reference ([0-9a-f]{8})/.exec(problem.what)?.[1];
    const line = logged.find(({ details }) => "reference" in details && details.reference === reference);
    expect(line && "error" in line.details ? String(line.details.error) : "").toContain("secret_table");
  });

  it("never show a secret, whatever is asked", async () => {
    for (const { path, method } of allVerbs.filter((each) => each.method === "GET")) {
      const text = await (await get(`${path.replace("{id}", "one")}?name=a`)).text();
      expect(text, `${method} ${path}`).not.toContain("pc-secret-key");
    }
    expect(await (await get("/configuration")).text()).toContain("••••1234");
  });
});

describe("downloads", () => {
  it("are files in the form asked for", async () => {
    const csv = await get("/runs/one/findings/export?format=csv");
    expect(csv.headers.get("content-disposition")).toBe('attachment; filename="one-findings.csv"');
    expect(await csv.text()).toContain(",'=x,skipped,no-text,");
    expect(await (await get("/runs/one/log/export")).text()).toBe("");
    expect(await problemOf(await get("/runs/nope/log/export"))).toMatchObject({ status: 404 });
    expect(await problemOf(await get("/runs/one/findings/export?format=pdf"))).toMatchObject({ status: 400 });
  });
});

describe("the events of a run", () => {
  const open = (id: string, headers: Record<string, string> = {}, signal?: AbortSignal) =>
    events(new Request(at(`/runs/${id}/events`), { headers, ...(signal ? { signal } : {}) }), {
      params: Promise.resolve({ id }),
    });

  it("are server-sent events that end with the run and number the lines of the log", async () => {
    const line = { runId: "one", level: "info", actor: "worker", code: "note" };
    const first = await ctx.database.prisma.event.create({ data: { ...line, message: "first" } });
    const second = await ctx.database.prisma.event.create({ data: { ...line, message: "second" } });
    const response = await open("one", { "last-event-id": String(first.id) });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const blocks = (await response.text()).trimEnd().split("\n\n");
    expect(blocks[0]).toMatch(/^retry: \d+$/);
    expect(blocks[1]).toMatch(/^event: run\ndata: \{"id":"one"/);
    expect(blocks[2]).toMatch(new RegExp(`^id: ${second.id}\nevent: log\ndata: .*"second"`));
    expect(blocks[3]).toMatch(/^event: end\n/);
  });

  it("stop when the browser goes away, and leave no listener behind", async () => {
    await putRun(ctx, "moving", {});
    let stopped = 0;
    const listening: Context["database"] = {
      ...ctx.database,
      listen: async (channel, handler) => {
        const stop = await ctx.database.listen(channel, handler);
        return async () => {
          stopped += 1;
          await stop();
        };
      },
    };
    offerContext({ ...ctx, database: listening });
    const response = await open("moving");
    offerContext(ctx);
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.read();
    await reader?.cancel();
    expect(stopped).toBe(1);
    expect((await open("nope")).status).toBe(404);
  });
});

describe("health and metrics", () => {
  it("tell that the process lives and that its database answers", async () => {
    expect((await live()).status).toBe(200);
    expect((await ready(new Request(at("/")))).status).toBe(200);
    offerContext({ ...ctx, database: { ...ctx.database, rows: () => Promise.reject(new Error("gone")) } });
    const unready = await ready(new Request(at("/")));
    offerContext(ctx);
    expect(await problemOf(unready)).toMatchObject({ status: 503 });
  });

  it("are computed from the database at each scrape", async () => {
    const scrape = async () => (await metrics(new Request(at("/")))).text();
    await scrape();
    const text = await scrape();
    expect(text).toContain('portage_runs{kind="reembed",state="succeeded"} 1');
    expect(text).toContain('portage_records_total{outcome="written"} 1');
    expect(text).toContain("portage_tokens_embedded_total 9");
    expect(text).toMatch(/process_resident_memory_bytes \d+/);
  });
});

describeOpenApi(get, post);

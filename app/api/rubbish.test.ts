import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { offerContext } from "@/lib/actions/verbs/context";
import { inputFields } from "@/lib/actions/verbs/openapi";
import { allVerbs, downloads } from "@/lib/actions/verbs/registry";
import { openTestContext, putRun, someSettings } from "@/lib/actions/verbs/testing";
import { problemSchema } from "@/lib/shapes/runs/run";
import { dispatch } from "./dispatch";

const problemDetailsSchema = z.object({
  ...problemSchema.shape,
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
});

let close: () => Promise<void>;
let logged: { details: object; message: string }[];

beforeAll(async () => {
  const opened = await openTestContext({ source: { a: 3, "b/c #?&": 2 }, target: { a: 1 } });
  ({ close, logged } = opened);
  offerContext(opened.ctx);
  const { prisma } = opened.ctx.database;
  await prisma.plan.create({
    data: {
      id: "plan",
      kind: "mirror",
      state: "ready",
      namespaces: ["a"],
      settings: someSettings,
      settingsHash: "hash",
      createdBy: "test",
    },
  });
  await putRun(opened.ctx, "run", { state: "succeeded" }, [{ listed: true }]);
});
afterAll(() => close());

const routes = [
  ...allVerbs.map(({ method, path, input }) => ({ method, path, input })),
  ...downloads.map(({ path, input }) => ({ method: "GET" as const, path, input })),
].map(({ input, ...route }) => ({ ...route, fields: inputFields(input).properties }));

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const words = [
  ...[
    "",
    " ",
    "\0",
    "a\0b",
    "\ud800",
    "\u202e",
    "\n",
    "é",
    "日本🙂",
    "%",
    "%zz",
    "'; --",
    "../..",
    "a".repeat(100_000),
  ],
  ...["NaN", "-1", "0", "1.5", "1e309", "0x10", "2147483648", "9007199254740993", "99999999999999999999", "-0"],
  ...["null", "true", "[]", "{}", "__proto__", "constructor", "run", "plan", "a", "2026-02-30T00:00:00Z"],
  ...[encoded(null), encoded([]), encoded({}), encoded(["a", 1e300, -1]), encoded([9e15, "\0"]), encoded("x")],
];
const text = fc.oneof(fc.constantFrom(...words), fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }));
const rubbish = fc.oneof(
  text,
  fc.constantFrom<unknown>(null, true, -1, 0, 0.5, 1e300, 2 ** 53, [], {}, [[]], [null], { id: "run" }),
  fc.array(text, { maxLength: 3 }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** What would do, by the field's schema: so that the rubbish is met by more than the first check. */
function fitting(schema: Record<string, unknown>): fc.Arbitrary<unknown> {
  const options = schema.enum;
  if (Array.isArray(options)) return fc.constantFrom(...options);
  if (schema.type === "boolean") return fc.boolean();
  if (schema.type === "integer" || schema.type === "number") return fc.integer({ min: 0, max: 3 });
  if (schema.type === "array") return fc.array(fc.constantFrom("a", "b/c #?&", "succeeded"), { maxLength: 2 });
  return fc.constantFrom("run", "plan", "a");
}

/** A route with a value for some of its fields, and now and then for one that it doesn't have. */
const request = fc.constantFrom(...routes).chain(({ method, path, fields }) =>
  fc.record(
    {
      method: fc.constant(method),
      path: fc.constant(path),
      input: fc.record(
        {
          ...Object.fromEntries(
            Object.entries(fields).map(([name, schema]) => [
              name,
              fc.oneof({ weight: 2, arbitrary: fitting(schema) }, { weight: 1, arbitrary: rubbish }),
            ]),
          ),
          unheard_of: rubbish,
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ["method", "path", "input"] },
  ),
);

/** Half a surrogate pair can't be sent in an address. */
const sendable = (value: unknown) =>
  encodeURIComponent((typeof value === "string" ? value : JSON.stringify(value)).toWellFormed());

function asRequest({ method, path, input }: { method: string; path: string; input: Record<string, unknown> }): Request {
  const address = new URL(
    `http://127.0.0.1:3000/api/v1${path.replace(/\{(\w+)\}/g, (_, name: string) => sendable(input[name] ?? "run"))}`,
  );
  if (method !== "GET") {
    const headers = { "content-type": "application/json" };
    return new Request(address, { method, headers, body: JSON.stringify(input) });
  }
  const pairs = Object.entries(input).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each) => `${encodeURIComponent(name)}=${sendable(each ?? "")}`),
  );
  address.search = pairs.join("&");
  return new Request(address);
}

async function answerOf(sent: Request): Promise<{ status: number; text: string }> {
  const response = await dispatch(sent);
  const answer = { status: response.status, text: await response.text() };
  if (response.ok) return answer;
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(problemDetailsSchema.parse(JSON.parse(answer.text)).status).toBe(response.status);
  return answer;
}

it("rubbish is refused in words by every route, and surprises none", async () => {
  const met = new Set<string>();
  await fc.assert(
    fc.asyncProperty(request, async (given) => {
      logged.length = 0;
      const { status, text } = await answerOf(asRequest(given));
      expect(
        logged.filter(({ message }) => message.startsWith("Something unexpected")),
        text,
      ).toEqual([]);
      if (status === 500) expect(text).not.toContain('"unexpected"');
      met.add(given.path);
    }),
    { numRuns: 800, seed: 1 },
  );
  expect(met).toEqual(new Set(routes.map(({ path }) => path)));
});

const worst = ["a\0b", "\ud800", "9".repeat(20), "1e309", "a".repeat(100_000), encoded([1e300, "\0"])];

it("each field alone takes the worst of it", async () => {
  for (const { method, path, fields } of routes)
    for (const name of Object.keys(fields))
      for (const word of worst) {
        const { text } = await answerOf(asRequest({ method, path, input: { id: "run", [name]: word } }));
        expect(text, `${path} ${name} ${word.slice(0, 20)}`).not.toContain('"code":"unexpected"');
      }
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { offerContext } from "@/lib/actions/verbs/context";
import { inputFields, openApiDocument } from "@/lib/actions/verbs/openapi";
import { allVerbs, downloads } from "@/lib/actions/verbs/registry";
import { openTestContext, putRun } from "@/lib/actions/verbs/testing";
import { dispatch } from "./dispatch";

let close: () => Promise<void>;

beforeAll(async () => {
  const opened = await openTestContext({ source: { a: 3 }, target: { a: 1 } });
  close = opened.close;
  offerContext(opened.ctx);
  await putRun(opened.ctx, "run", { state: "succeeded" }, [{ listed: true }]);
});
afterAll(() => close());

type Numeric = { verb: string; method: string; path: string; field: string; maximum: number | null; whole: boolean };

const typed = { type: z.union([z.string(), z.array(z.string())]).optional(), maximum: z.number().optional() };
const fieldSchema = z.object({ ...typed, anyOf: z.array(z.object(typed)).optional() });
const isNumber = ({ type }: { type?: string | string[] | undefined }) => /integer|number/.test(String(type ?? ""));

/** Every field that is a number, of every verb: a new verb is met without a word here. */
const numbers: Numeric[] = [
  ...allVerbs.map(({ name, method, path, input }) => ({ name, method, path, input })),
  ...downloads.map(({ name, path, input }) => ({ name, method: "GET", path, input })),
].flatMap(({ name, method, path, input }) =>
  Object.entries(inputFields(input).properties).flatMap(([field, schema]): Numeric[] => {
    const parsed = fieldSchema.parse(schema);
    const numeric = [parsed, ...(parsed.anyOf ?? [])].find(isNumber);
    if (!numeric) return [];
    return [
      {
        verb: name,
        method,
        path,
        field,
        maximum: numeric.maximum ?? null,
        whole: String(numeric.type).includes("integer"),
      },
    ];
  }),
);

const answers: Record<string, string> = { id: "run", cron: "0 3 * * *" };

async function ask({ method, path, field }: Numeric, value: number) {
  const address = new URL(
    `http://127.0.0.1:3000/api/v1${path.replace(/\{(\w+)\}/g, (_, name) => answers[name] ?? "run")}`,
  );
  if (method === "GET") {
    address.searchParams.set(field, value.toLocaleString("en-US", { useGrouping: false, maximumFractionDigits: 0 }));
    return dispatch(new Request(address));
  }
  const headers = { "content-type": "application/json" };
  return dispatch(new Request(address, { method, headers, body: JSON.stringify({ [field]: value }) }));
}

describe("numbers", () => {
  it("are there to be tried", () => {
    expect(numbers.length).toBeGreaterThan(20);
    expect(numbers.map(({ verb, field }) => `${verb}.${field}`)).toEqual(
      expect.arrayContaining(["listFleet.offset", "browseNamespaces.offset", "listSegments.offset"]),
    );
  });

  it.each(numbers)("$field of $verb has its maximum in the document, takes it, and refuses more", async (one) => {
    const { maximum, whole } = one;
    expect(maximum, "a maximum").not.toBeNull();
    if (maximum === null) return;
    const most = await ask(one, maximum);
    expect(await most.text()).not.toContain('"code":"unexpected"');
    const beyond = whole ? [maximum + 1, 2 ** 62] : [maximum * 2 + 1];
    for (const value of beyond) {
      const refused = await ask(one, value);
      expect([refused.status, (await refused.json()).code], String(value)).toEqual([400, "invalid-input"]);
    }
  });

  it("of the document's own routes are bounded, too", () => {
    expect(
      JSON.stringify(openApiDocument()).match(/"in":"(query|header)"[^}]*"type":"(integer|number)"[^}]*}/g) ?? [],
    ).toSatisfy((found: string[]) => found.length > 10 && found.every((parameter) => parameter.includes('"maximum"')));
  });
});

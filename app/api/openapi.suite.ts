import { readFileSync } from "node:fs";
import Ajv from "ajv/dist/2020";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { buildHeader, pagesBuild } from "@/components/data/build";
import { openApiDocument } from "@/lib/actions/verbs/openapi";
import { allVerbs, downloads, uploads } from "@/lib/actions/verbs/registry";
import { webhookEvents } from "@/lib/shapes/schedules/delivery";
import { webhookMessageSchema } from "@/lib/shapes/schedules/webhook";
import { GET as document } from "./v1/openapi.json/route";

/** What the document promises, held against the answers of a server that has a run `one`. */
export function describeOpenApi(
  get: (path: string) => Promise<Response>,
  post: (path: string, body: string) => Promise<Response>,
): void {
  describe("the OpenAPI document", () => {
    const documentShape = z.object({
      openapi: z.string(),
      paths: z.record(
        z.string(),
        z.record(
          z.string(),
          z.object({ operationId: z.string(), parameters: z.array(z.object({ name: z.string(), in: z.string() })) }),
        ),
      ),
      components: z.object({ schemas: z.record(z.string(), z.record(z.string(), z.unknown())) }),
    });

    it("holds every verb, download and upload of the registry", async () => {
      const { openapi, paths } = documentShape.parse(await document().json());
      expect(openapi).toMatch(/^3\.1/);
      const operations = Object.values(paths).flatMap((methods) =>
        Object.values(methods).map((each) => each.operationId),
      );
      const expected = [...allVerbs, ...downloads, ...uploads].map((each) => each.name);
      expect(new Set(operations)).toEqual(new Set([...expected, "watchRun"]));
      expect(paths["/runs/{id}"]?.get?.parameters).toEqual([expect.objectContaining({ name: "id", in: "path" })]);
    });

    it("describes the answers truly: each validates against its schema", async () => {
      const { components } = documentShape.parse(openApiDocument());
      const ajv = new Ajv({ strict: false, validateFormats: false });
      ajv.addSchema({ $id: "http://portage/", components });
      const validates = async (name: string, path: string) => {
        const check = ajv.compile({ $ref: `http://portage/#/components/schemas/${name}` });
        check(await (await get(path)).json());
        expect(check.errors, name).toBeNull();
      };
      await validates("Run", "/runs/one");
      await validates("RunDetail", "/runs/one/detail");
      await validates("ListRunsAnswer", "/runs");
      await validates("ListFindingsAnswer", "/runs/one/findings");
      await validates("Namespaces", "/namespaces");
      await validates("NamespacePage", "/namespaces/browse");
      await validates("Overview", "/overview");
      const doctor = ajv.compile({ $ref: "http://portage/#/components/schemas/Doctor" });
      doctor(await (await post("/doctor", "{}")).json());
      expect(doctor.errors).toBeNull();
      const wrong = ajv.compile({ $ref: "http://portage/#/components/schemas/Run" });
      expect(wrong({ id: 1 })).toBe(false);
    });

    it("holds every reading verb to its shape: pages take answers of their own build unchecked", async () => {
      const answered = new Map<string, z.ZodError | undefined>();
      for (const { name, method, path, output } of allVerbs) {
        const response = method === "GET" ? await get(path.replace("{id}", "one")) : null;
        expect(response?.headers.get(buildHeader) ?? pagesBuild).toBe(pagesBuild);
        if (response?.ok) answered.set(name, output.safeParse(await response.json()).error);
      }
      expect([...answered].filter(([, error]) => error !== undefined)).toEqual([]);
      expect(answered.size).toBeGreaterThan(12);
      expect((await get("/nowhere")).headers.get(buildHeader)).toBe(pagesBuild);
    });

    it("describes what a webhook is sent: the guide's example is one", () => {
      const operation = z.object({
        post: z.object({ requestBody: z.looseObject({}), parameters: z.array(z.unknown()) }),
      });
      const { components } = documentShape.parse(openApiDocument());
      const { webhooks } = z.object({ webhooks: z.record(z.string(), operation) }).parse(openApiDocument());
      expect(Object.keys(webhooks)).toEqual(webhookEvents);
      const [, example = ""] = /```json\n(.*?)```/s.exec(readFileSync("docs/webhooks.md", "utf8")) ?? [];
      const ajv = new Ajv({ strict: false, validateFormats: false });
      ajv.addSchema({ $id: "http://portage/", components, webhooks });
      const bodyOf = (event: string) =>
        ajv.compile({
          $ref: `http://portage/#/webhooks/${event}/post/requestBody/content/application~1json/schema`,
        });
      const check = bodyOf("plan.waiting");
      check(JSON.parse(example));
      expect(check.errors).toBeNull();
      expect(webhookMessageSchema.strict().parse(JSON.parse(example)).event).toBe("plan.waiting");
      expect(bodyOf("scheduled-run.failed")(JSON.parse(example))).toBe(false);
    });
  });
}

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { preconditionsOf } from "../clearance/preconditions";
import { readFindings } from "../clearance/read-findings";
import { clearanceRequestSchema } from "../clearance/request";
import { subjectAt } from "../suite/subjects.suite";
import { missing, toLevel, Workbench } from "../suite/workbench.suite";
import { cases } from "./mapping-cases.suite";
import { onRealServer } from "./real-server.suite";

onRealServer("what mappings and settings of a real Elasticsearch stop", (name, access) => {
  const bench = new Workbench(async () => subjectAt(access));
  let major = 0;
  beforeAll(async () => {
    await bench.open();
    const { version } = await bench.documents.probe();
    major = Number.parseInt(version ?? "", 10);
    if (Number.isNaN(major)) throw new Error("The server doesn't say its version");
  });
  afterAll(() => bench.close());

  describe(name, () => {
    it.each(Object.entries(cases).filter(([, { scripted }]) => !scripted))(
      "%s",
      async (_, { mappings, settings, request: wanted = {}, source = { namespace: "n" }, codes, before }) => {
        const request = clearanceRequestSchema.parse({ value: 1, ...wanted });
        const index = await bench.create(mappings, settings);
        const found = preconditionsOf(request, await readFindings(bench.documents, [index], request));
        expect(found.map(({ level: how, code }) => `${how} ${code}`)).toEqual(
          before !== undefined && major < before.major ? before.codes : codes,
        );
        if (found.some(({ level: how }) => how === "stop")) return;
        await bench.must("POST", `/${index}/_doc?refresh=true`, source);
        const select = {
          ...missing,
          field: request.field,
          namespaceField: request.namespaceField,
          namespaces: request.namespaces,
        };
        const [head, ...more] = await bench.all(index, select);
        if (head === undefined || more.length > 0) throw new Error("There isn't exactly one document");
        expect(head.namespace).toBe("n");
        expect(await bench.documents.bulkUpdate(request.field, [toLevel(head)])).toEqual([{ state: "updated" }]);
        await bench.documents.refresh([index]);
        expect(await bench.documents.count([index], { ...select, where: { is: request.value } })).toBe(1);
      },
    );
  });
});

import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { planClearanceAnswer } from "@/lib/actions/documents/plan-clearance";
import { applyPlanAnswer } from "@/lib/actions/plans/apply-plan";
import { asking } from "@/lib/documents/elasticsearch/asking.suite";
import { onRealServer } from "@/lib/documents/elasticsearch/real-server.suite";
import { planSchema } from "@/lib/shapes/plans/plan";
import { type Run, runSchema } from "@/lib/shapes/runs/run";
import { DocumentEditor, editedLevel, someDocuments, storedIn } from "./documents";
import { Server } from "./server";

const documents = 6000;
/** Every tenth has a level of its own. */
const toSet = documents * 0.9;
const kills = 10;
/** Documents a second: slow enough that ten kills fall into the run. */
const pace = 400;
const ended = ["succeeded", "succeeded-with-findings", "failed", "cancelled"];

let close: () => Promise<void> = async () => {};
afterEach(() => close());

onRealServer(
  "a server killed ten times in the middle of a clearance ends it right: each document written once, nothing else changed, no edit lost",
  (name, access) =>
    test(name, async () => {
      const ask = asking(access);
      const must = async (method: string, route: string, body?: unknown) => {
        const answer = await ask(method, route, body);
        if (answer.status >= 300)
          throw new Error(`${method} ${route}: ${answer.status} ${JSON.stringify(answer.body)}`);
      };
      const index = `portage-kill-${process.pid}-${Date.now()}`;
      const dataDir = await mkdtemp(path.join(os.tmpdir(), "portage-kill-"));
      const server = new Server({
        PORTAGE_MODE: "live",
        PORTAGE_DATA_DIR: dataDir,
        PINECONE_API_KEY: "not-used-here",
        ELASTICSEARCH_ENDPOINT: access.url,
        ELASTICSEARCH_INDEX: index,
        ...("apiKey" in access
          ? { ELASTICSEARCH_API_KEY: access.apiKey }
          : { ELASTICSEARCH_USERNAME: access.username, ELASTICSEARCH_PASSWORD: access.password }),
      });
      const editor = new DocumentEditor(ask, index);
      close = async () => {
        await editor.stop();
        await server.kill();
        await ask("DELETE", `/${index}`);
        await rm(dataDir, { recursive: true, force: true });
      };

      const properties = { namespace: { type: "keyword" }, clearance_level: { type: "integer" } };
      await must("PUT", `/${index}`, { mappings: { properties }, settings: { number_of_replicas: 0 } });
      await someDocuments(access, index, documents);
      const before = await storedIn(ask, index);
      expect(before.size).toBe(documents);

      await server.start();
      const planned = await server.ask(planClearanceAnswer, "POST", "/clearance/plan", { all: true });
      const now = (id: string) => server.ask(runSchema, "GET", `/runs/${id}`);
      const hashOf = async (id: string) => (await server.ask(planSchema, "GET", `/plans/${id}`)).hash;
      const over = async (id: string): Promise<Run> => {
        for (;;) {
          const run = await now(id);
          if (ended.includes(run.state)) return run;
          await delay(50);
        }
      };
      expect((await over(planned.run.id)).state).toBe("succeeded");
      const { run } = await server.ask(applyPlanAnswer, "POST", `/plans/${planned.plan.id}/apply`, {
        hash: await hashOf(planned.plan.id),
      });
      if (run === null) throw new Error("There was nothing to apply");
      await server.ask(runSchema, "POST", `/runs/${run.id}/pace`, { perSecond: pace });
      // Meanwhile somebody edits one document in twenty.
      editor.start([...before.keys()].filter((_, at) => at % 20 === 7));

      let killed = 0;
      for (; killed < kills; killed++) {
        // A moment of its own each time: after this many more documents than at the last kill, plus some milliseconds. Half of them stay for what comes
        // between a look and the last kill on a busy machine.
        const goal = Math.floor((toSet * (killed + 0.5)) / (2 * kills));
        while ((await now(run.id)).outcome.written < goal) await delay(5);
        await delay(Math.random() * 100);
        expect((await now(run.id)).state).toBe("running");
        await server.kill();
        await server.start();
      }
      await server.ask(z.unknown(), "POST", `/runs/${run.id}/pace`, { perSecond: null });
      const last = await over(run.id);
      await editor.stop();

      const after = await storedIn(ask, index);
      expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
      expect(editor.edited).toBeGreaterThan(documents / 40);
      let leftAlone = 0;
      let overtaken = 0;
      for (const [id, { version, source }] of before) {
        const edits = editor.of(id);
        const had = "clearance_level" in source;
        const level = had ? {} : { clearance_level: editor.setLevel(id) ? editedLevel : 1 };
        const now = after.get(id);
        expect(now?.source, id).toEqual({ ...source, ...level, ...(edits > 0 ? { edits } : {}) });
        // Each write raises it by one: the edits, and one of Portage where there was no level when it came.
        const writes = (now?.version ?? 0) - version - edits;
        if (editor.setLevel(id)) expect([0, 1], id).toContain(writes);
        else expect(writes, id).toBe(had ? 0 : 1);
        if (writes === 0 && !had) leftAlone++;
        if (writes === 1 && editor.setLevel(id)) overtaken++;
      }
      expect(leftAlone).toBeGreaterThan(0);
      expect(last).toMatchObject({ state: "succeeded-with-findings", total: toSet, error: null });
      // What was written, not noted before the kill, and given another level by somebody before it was looked at again, is told as drifted.
      const { drifted } = last.outcome;
      expect(drifted).toBeGreaterThanOrEqual(leftAlone);
      expect(drifted).toBeLessThanOrEqual(leftAlone + overtaken);
      expect(last.outcome).toEqual({ written: toSet - drifted, drifted, unchanged: 0, skipped: 0, failed: 0 });
      const again = await server.ask(planClearanceAnswer, "POST", "/clearance/plan", { all: true });
      await over(again.run.id);
      const applied = await server.ask(applyPlanAnswer, "POST", `/plans/${again.plan.id}/apply`, {
        hash: await hashOf(again.plan.id),
      });
      expect(applied.run).toBeNull();
      await server.stop();
    }),
);

import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { scheduleSchema } from "../lib/shapes/schedules/schedule";
import { namespaceOf } from "../sandbox/seed/customers";
import { startMirrorPlan, untilOver } from "./support/api";
import { receiverToken, secrets } from "./support/secrets";
import { expect, test } from "./support/test";

const hidden = [...Object.values(secrets), receiverToken];
const leaked = (text: string) => hidden.filter((secret) => text.includes(secret));
const namespace = namespaceOf({ package: "@biomejs/biome", migrated: "edited" });
const webhook = `http://127.0.0.1:9/hook?token=${receiverToken}`;

test("no page, answer, export, problem or log carries a secret", async ({ page, request }) => {
  const { plan, run } = await startMirrorPlan(request, [namespace]);
  await untilOver(request, run.id);
  const given = { namespaces: [namespace], cron: "0 3 1 1 *", webhook };
  const set = await request.post("/api/v1/schedules", { data: given });
  const { schedule } = z.object({ schedule: scheduleSchema }).parse(await set.json());
  expect(leaked(await set.text())).toEqual([]);

  // Every answer to what the pages ask for, server actions and their payloads with them.
  const answers: Promise<{ url: string; text: string }>[] = [];
  page.on("requestfinished", (finished) => {
    const text = finished.response().then((response) => response?.text().catch(() => "") ?? "");
    answers.push(text.then((read) => ({ url: finished.url(), text: read })));
  });
  const fleet = `/fleet?tab=schedules&schedule=${schedule.id}`;
  for (const address of ["/", "/migrate", "/runs", "/namespaces", "/configuration", `/plans/${plan.id}`, fleet]) {
    await page.goto(address);
    await expect(page.getByRole("heading", { level: 1, includeHidden: true })).toBeAttached();
    if (address === fleet) await expect(page.getByRole("dialog")).toContainText("http://127.0.0.1:9/…");
    if (address === "/configuration")
      await expect(page.getByRole("table", { name: "Settings" })).toContainText("••••••••rver");
    expect(leaked(await page.content()), address).toEqual([]);
    const payload = await request.get(address, { headers: { RSC: "1" } });
    expect(payload.headers()["content-type"], address).toContain("text/x-component");
    expect(leaked(await payload.text()), `payload of ${address}`).toEqual([]);
  }
  for (const { url, text } of await Promise.all(answers)) expect(leaked(text), url).toEqual([]);

  const whole = ["csv", "jsonl"].flatMap((format) =>
    [`/plans/${plan.id}/export`, `/runs/${run.id}/findings/export`, `/runs/${run.id}/log/export`].map(
      (download) => `${download}?format=${format}`,
    ),
  );
  const read = ["/configuration", "/overview", "/schedules", `/schedules/${schedule.id}`, "/fleet"];
  for (const asked of [...read, ...whole, "/openapi.json"].map((part) => `/api/v1${part}`).concat("/api/metrics")) {
    const answer = await request.get(asked);
    expect([answer.status(), leaked(await answer.text())], asked).toEqual([200, []]);
  }
  const doctor = await request.post("/api/v1/doctor", { data: {} });
  expect([doctor.status(), leaked(await doctor.text())]).toEqual([200, []]);
  for (const wrong of [webhook.replace("http:", "ftp:"), webhook.replace("//", `//user:${receiverToken}@`)]) {
    const refused = await request.post("/api/v1/schedules", { data: { ...given, webhook: wrong } });
    expect([refused.status(), leaked(await refused.text())], wrong).toEqual([400, []]);
  }
  const removed = await request.post(`/api/v1/schedules/${schedule.id}/remove`, { data: {} });
  expect([removed.status(), leaked(await removed.text())]).toEqual([200, []]);
  const log = readFileSync(path.join(process.env.PORTAGE_E2E_DATA ?? "", "data", "portage.log"), "utf8");
  expect([log.length > 0, leaked(log)]).toEqual([true, []]);
});

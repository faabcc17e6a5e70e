import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { cannotStart, operatorErrorSchema, startThread } from "./worker-thread";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "portage-thread-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = (body: string) => {
  const file = path.join(folder, `${Math.random().toString(36).slice(2)}.mjs`);
  writeFileSync(file, `import { parentPort, workerData } from "node:worker_threads";\n${body}`);
  return startThread({
    name: "example",
    file,
    data: { answer: 42 },
    ready: z.object({ ready: z.number() }),
    problem: operatorErrorSchema,
    stop: "stop",
  });
};
const serving = `parentPort.postMessage({ ready: workerData.answer });`;

describe("a thread of ours", () => {
  it("says when it is ready, and ends when it is told to", async () => {
    const thread = await start(`${serving} parentPort.on("message", () => parentPort.close());`);
    expect(thread.ready).toEqual({ ready: 42 });
    let died = false;
    void thread.failed.then(() => {
      died = true;
    });
    await thread.stop();
    expect(died).toBe(false);
  });

  it("is noticed when it ends by itself", async () => {
    const thread = await start(`${serving} parentPort.once("message", () => process.exit(0));`);
    thread.postMessage("anything");
    expect((await thread.failed).message).toContain("example");
  });

  it("is noticed when it throws, with the reason", async () => {
    const thread = await start(`${serving} parentPort.once("message", () => { throw new Error("the reason"); });`);
    thread.postMessage("anything");
    expect((await thread.failed).message).toBe("the reason");
  });

  it("refuses to start with the problem that it tells", async () => {
    const problem = { kind: "usage", code: "told", what: "It is so.", notLost: "Nothing.", next: "Mend it." };
    await expect(
      start(`parentPort.postMessage(${JSON.stringify(problem)}); parentPort.close();`),
    ).rejects.toMatchObject(problem);
  });

  it("refuses to start when it throws before it is ready", async () => {
    await expect(start(`throw new Error("no luck");`)).rejects.toMatchObject({
      code: "example-failed",
      what: expect.stringContaining("no luck"),
    });
  });

  it("says what to do when the disk is full", () => {
    const full = Object.assign(new Error("could not extend file"), { code: "53100" });
    expect(cannotStart("engine", full).next).toContain("Free space");
    expect(cannotStart("engine", new Error("else")).next).toContain("portage.log");
  });
});

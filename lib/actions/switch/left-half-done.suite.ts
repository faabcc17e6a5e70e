import { mkdirSync, readFileSync } from "node:fs";
import { chmod, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { showSwitch } from "./show-switch";
import { change, folder, json, name, told, world } from "./switch-world.suite";

/** Switches that meet others, a file in the way, or a process that died. */
export function describeHalfDone(): void {
  it("lets one of several switches at once through", async () => {
    const force = "to see which one comes first";
    const settled = await Promise.allSettled([1, 2, 3, 4].map(() => change("target", { force })));
    expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const one of settled)
      if (one.status === "rejected") expect(["switch-under-way", "already-there"]).toContain(one.reason.code);
    expect(told().generation).toBe((await showSwitch(world.ctx, { name })).generation);
    await change("back", { force });
  });

  it("changes nothing when the file can't be written, and says so", async () => {
    const before = readFileSync(json(), "utf8");
    const standing = await showSwitch(world.ctx, { name });
    await rm(json());
    mkdirSync(json());
    await writeFile(path.join(json(), "in-the-way"), "");
    await expect(change("target", { force: "the file is in the way" })).rejects.toMatchObject({
      code: "switch-not-written",
    });
    await rm(json(), { recursive: true });
    await writeFile(json(), before);
    const after = await showSwitch(world.ctx, { name });
    expect(after).toMatchObject({ active: standing.active, generation: standing.generation, file: "as-written" });
    expect(after.history[0]).toMatchObject({ state: "failed", to: "target" });
    await chmod(folder, 0o755);
  });

  it("writes the last switch's file again where it is missing or was changed", async () => {
    const [written, text] = [told(), readFileSync(json(), "utf8")];
    const { active, generation } = await showSwitch(world.ctx, { name });
    await expect(change(active)).rejects.toMatchObject({ code: "already-there" });
    for (const [file, spoil] of [
      ["missing", () => rm(json())],
      ["other", () => writeFile(json(), text.replaceAll('"index": "from"', '"index": "elsewhere"'))],
    ] as const) {
      await spoil();
      expect(await showSwitch(world.ctx, { name })).toMatchObject({ file, generation });
      expect(await change(active, { dryRun: true })).toMatchObject({ switch: null, to: active });
      expect((await showSwitch(world.ctx, { name })).file).toBe(file);
      expect((await change(active)).switch).toMatchObject({ generation, to: active });
      expect(told()).toEqual(written);
    }
  });

  it("takes up what a process left half done: the file says whether it came so far", async () => {
    const { prisma } = world.ctx.database;
    const [last] = (await showSwitch(world.ctx, { name })).history;
    const generation = (last?.generation ?? 0) + 1;
    const startedAt = new Date(Date.now() - 600_000);
    const file = { ...told(), generation };
    await prisma.switch.create({
      data: {
        id: "switch-left",
        routeName: name,
        generation,
        to: "target",
        file,
        words: "",
        switchedBy: "cli:test",
        startedAt,
        statements: [],
      },
    });
    await change("target", { force: "after a process that died before it wrote" });
    expect((await showSwitch(world.ctx, { name })).history.find(({ id }) => id === "switch-left")?.state).toBe(
      "failed",
    );
  });
}

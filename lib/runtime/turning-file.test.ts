import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { TurningFile } from "./turning-file";

const disk = vi.hoisted(() => ({ keepsBirths: true }));
vi.mock("node:fs", async (original) => {
  const real = await original<typeof import("node:fs")>();
  const fstatSync = (descriptor: number) =>
    Object.assign(real.fstatSync(descriptor), disk.keepsBirths ? {} : { birthtimeMs: 0 });
  return { ...real, fstatSync };
});

let folder = "";
let now = 0;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "portage-turning-"));
  now = Date.now();
  vi.spyOn(Date, "now").mockImplementation(() => now);
});
afterEach(() => {
  disk.keepsBirths = true;
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

it("turns over by size while several write, keeps so many files, and loses no line of those", () => {
  const file = path.join(folder, "portage.log");
  const limits = { megabytes: 0.001, files: 3, days: 30 };
  const writers = [new TurningFile(file, limits), new TurningFile(file, limits)];
  const lines = Array.from({ length: 120 }, (_, at) => `line ${String(at).padStart(4, "0")} ${"x".repeat(90)}\n`);
  for (const [at, line] of lines.entries()) {
    now += 1000;
    writers[at % 2]?.write(line);
  }
  const names = readdirSync(folder).sort();
  expect(names).toEqual(["portage.log", "portage.log.1", "portage.log.2"]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const kept = ["portage.log.2", "portage.log.1", "portage.log"].map((name) =>
    readFileSync(path.join(folder, name), "utf8"),
  );
  expect(kept.join("").split("\n").filter(Boolean).sort()).toEqual(
    lines.slice(-kept.join("").split("\n").filter(Boolean).length).map((line) => line.trimEnd()),
  );
  for (const text of kept) expect(text.length).toBeLessThan(2500);
});

it("turns over by age, and removes files that are too old", () => {
  const file = path.join(folder, "portage.log");
  const writer = new TurningFile(file, { megabytes: 20, files: 9, days: 10 });
  writer.write("one\n");
  now += 8 * 86_400_000;
  writer.write("two\n");
  now += 8 * 86_400_000;
  writer.write("three\n");
  expect(readFileSync(file, "utf8")).toBe("three\n");
  expect(readdirSync(folder).sort()).toEqual(["portage.log", "portage.log.1"]);
});

it("turns over by size alone where the disk doesn't keep when a file was made", () => {
  disk.keepsBirths = false;
  const writer = new TurningFile(path.join(folder, "portage.log"), { megabytes: 20, files: 9, days: 10 });
  for (const line of ["one\n", "two\n", "three\n"]) {
    writer.write(line);
    now += 2000;
  }
  expect(readdirSync(folder)).toEqual(["portage.log"]);
});

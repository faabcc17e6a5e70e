import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { makeScratchFolder, removeLeftScratch } from "./scratch-folder";

let place = "";
beforeAll(async () => {
  place = await mkdtemp(path.join(tmpdir(), "portage-of-scratch-"));
  vi.stubEnv("TMPDIR", place);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(place, { recursive: true, force: true });
});

/** Another process that makes one, says where, and goes on until it is killed. */
async function another() {
  const script = `import("./lib/scratch-folder.ts").then(async ({ makeScratchFolder }) => {
    console.log((await makeScratchFolder()).path);
    setInterval(() => {}, 1000);
  });`;
  const child = spawn(process.execPath, ["--import", "tsx", "-e", script], {
    cwd: path.resolve(import.meta.dirname, ".."),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line]: unknown[] = await once(child.stdout, "data");
  return { child, folder: String(line).trim() };
}

it("what a killed process left is removed at the next start, and nothing that is used, of others or led to by a link", async () => {
  const used = await makeScratchFolder();
  const { child, folder } = await another();
  await writeFile(path.join(folder, "half.bin"), "x");
  const others = path.join(place, "portage-records-of-somebody");
  mkdirSync(others);
  await symlink(others, path.join(place, "portage-scratch-link"));
  expect(await removeLeftScratch()).toBe(0);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(existsSync(folder)).toBe(true);
  expect(await removeLeftScratch()).toBe(1);
  expect(
    readdirSync(place)
      .filter((name) => name.startsWith("portage-"))
      .sort(),
  ).toEqual([path.basename(others), path.basename(path.dirname(used.path)), "portage-scratch-link"].sort());
  await used.remove();
  expect(existsSync(used.path)).toBe(false);
});

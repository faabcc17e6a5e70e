import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { lockDataDirectory, readHolder } from "./data-lock";
import { processStart } from "./process-identity";

let dataDir = "";
const file = () => path.join(dataDir, "lock.json");

beforeEach(() => {
  dataDir = mkdtempSync(path.join(os.tmpdir(), "portage-lock-"));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/** A process that lives until it is told to end. */
function bystander() {
  const child = spawn(process.execPath, ["-e", "process.stdin.resume()"], { stdio: ["pipe", "ignore", "ignore"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  if (child.pid === undefined) throw new Error("The process didn't start.");
  return { child, pid: child.pid };
}
const held = (pid: number, started: string) =>
  writeFileSync(file(), JSON.stringify({ pid, started, url: "http://127.0.0.1:3000", sandbox: null }));

describe("the data directory's lock", () => {
  it("names its holder, where it serves, and is gone after its release", () => {
    const lock = lockDataDirectory(dataDir);
    expect(readHolder(dataDir)).toMatchObject({ pid: process.pid, url: null });
    lock.announce({ url: "http://127.0.0.1:3210" });
    expect(readHolder(dataDir)).toMatchObject({ pid: process.pid, url: "http://127.0.0.1:3210" });
    lock.release();
    expect(readHolder(dataDir)).toBeNull();
    expect(existsSync(file())).toBe(false);
  });

  it("refuses a directory that a living process holds, and says which and where", () => {
    const { pid } = bystander();
    held(pid, processStart(pid) ?? "");
    expect(() => lockDataDirectory(dataDir)).toThrow(
      expect.objectContaining({
        code: "data-directory-locked",
        kind: "usage",
        what: expect.stringContaining(`process ${pid}`),
      }),
    );
    expect(() => lockDataDirectory(dataDir)).toThrow(/http:\/\/127\.0\.0\.1:3000/);
  });

  it("is taken over from a process that was killed", async () => {
    const { child, pid } = bystander();
    held(pid, processStart(pid) ?? "");
    child.kill("SIGKILL");
    await once(child, "exit");
    lockDataDirectory(dataDir).release();
  });

  it("is taken over when the holder's process ID was given to another process", () => {
    const { pid } = bystander();
    held(pid, "some other start");
    expect(readHolder(dataDir)).toBeNull();
    lockDataDirectory(dataDir).release();
  });

  it("is taken over when the file says nothing that can be understood", () => {
    writeFileSync(file(), "{");
    const lock = lockDataDirectory(dataDir);
    expect(JSON.parse(readFileSync(file(), "utf8"))).toMatchObject({ pid: process.pid });
    lock.release();
  });

  it("leaves a lock alone that isn't its own any more", () => {
    const lock = lockDataDirectory(dataDir);
    const { pid } = bystander();
    held(pid, processStart(pid) ?? "");
    lock.release();
    expect(readHolder(dataDir)?.pid).toBe(pid);
  });

  it("goes to one of many that find a stale one at the same time", async () => {
    held(2 ** 22 + 1, "long ago");
    const race = path.join(import.meta.dirname, "data-lock.test-contender.ts");
    const contenders = Array.from({ length: 6 }, () =>
      spawn(process.execPath, ["--import", "tsx", race, dataDir], { stdio: ["pipe", "pipe", "inherit"] }),
    );
    onTestFinished(() => {
      for (const child of contenders) child.kill("SIGKILL");
    });
    // Each says `ready`, waits for a line, then tries.
    await Promise.all(contenders.map((child) => once(child.stdout, "data")));
    const answers = contenders.map(async (child) => String(await once(child.stdout, "data")).trim());
    for (const child of contenders) child.stdin.write("go\n");
    expect((await Promise.all(answers)).sort()).toEqual([
      "locked",
      "refused",
      "refused",
      "refused",
      "refused",
      "refused",
    ]);
  });

  it("says what is wrong with a directory that can't be written", () => {
    writeFileSync(path.join(dataDir, "a-file"), "");
    expect(() => lockDataDirectory(path.join(dataDir, "a-file"))).toThrow(
      expect.objectContaining({ code: "data-directory-unusable", kind: "usage" }),
    );
  });

  it.skipIf(process.getuid?.() === 0)("says when permission is missing (not tried as root, who has it)", () => {
    chmodSync(dataDir, 0o500);
    expect(() => lockDataDirectory(dataDir)).toThrow(/[Pp]ermission is missing/);
  });
});

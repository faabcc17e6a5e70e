import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
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

/** Containers have PID namespaces of their own; making one takes rights that not everybody has. */
const withoutNamespaces = spawnSync("unshare", ["-p", "-f", "--mount-proc", "true"]).status !== 0;

/** A process that has tried to take the lock, maybe under another program; what it said. */
async function contender(under: readonly string[] = []) {
  const race = path.join(import.meta.dirname, "data-lock.test-contender.ts");
  const [program = "", ...args] = [...under, process.execPath, "--import", "tsx", race, dataDir];
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout, "data");
  child.stdin.write("go\n");
  return { child, started: String(await once(child.stdout, "data")).trim() };
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

  it("stays with a holder that was stopped, and is free at once when it is killed", async () => {
    const { child, started } = await contender();
    expect(started).toBe("locked");
    child.kill("SIGSTOP");
    expect(readHolder(dataDir)?.pid).toBe(child.pid);
    expect(() => lockDataDirectory(dataDir)).toThrow(expect.objectContaining({ code: "data-directory-locked" }));
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(readHolder(dataDir)).toBeNull();
    lockDataDirectory(dataDir).release();
  });

  it("is not that of a copy of the folder", async () => {
    const { child } = await contender();
    const copy = path.join(dataDir, "copy");
    cpSync(file(), path.join(copy, "lock.json"));
    cpSync(path.join(dataDir, "lock"), path.join(copy, "lock"));
    const lock = lockDataDirectory(copy);
    expect(readHolder(copy)?.pid).toBe(process.pid);
    expect(readHolder(dataDir)?.pid).toBe(child.pid);
    lock.release();
  });

  it.skipIf(withoutNamespaces)(
    "is seen by processes of another PID namespace, who refuse and leave it alone",
    async () => {
      const lock = lockDataDirectory(dataDir);
      const before = readFileSync(file(), "utf8");
      const { started } = await contender(["unshare", "-p", "-f", "--mount-proc"]);
      expect(started).toBe("refused");
      expect(readFileSync(file(), "utf8")).toBe(before);
      lock.release();
    },
  );

  it.skipIf(withoutNamespaces)("is taken over at once from a killed process of another PID namespace", async () => {
    const { child, started } = await contender(["unshare", "-p", "-f", "--kill-child", "--mount-proc"]);
    expect(started).toBe("locked");
    child.kill("SIGKILL");
    await once(child.stdout, "close");
    lockDataDirectory(dataDir).release();
  });

  it("of another machine is never taken over: who, where, since when, and how to remove it by hand", () => {
    const machine = { host: "elsewhere", boot: "another-kernel", processes: "pid:[1]" };
    const holder = { pid: 7, started: "x", url: "http://127.0.0.1:3", sandbox: null, id: "theirs", machine };
    writeFileSync(file(), JSON.stringify({ ...holder, since: "2026-01-02T03:04:05.000Z" }));
    expect(readHolder(dataDir)?.id).toBe("theirs");
    expect(() => lockDataDirectory(dataDir)).toThrow(
      expect.objectContaining({
        code: "data-directory-locked",
        what: expect.stringMatching(
          /process 7 on elsewhere, since 2026-01-02 03:04 UTC.*serves at http:\/\/127\.0\.0\.1:3/,
        ),
        next: expect.stringContaining(`remove ${file()}`),
      }),
    );
    expect(readHolder(dataDir)?.id).toBe("theirs");
  });

  it("of this machine before it started again is taken over", () => {
    const machine = { host: os.hostname(), boot: "the-last-start", processes: "pid:[1]" };
    writeFileSync(file(), JSON.stringify({ pid: 7, started: "x", url: null, sandbox: null, id: "old", machine }));
    expect(readHolder(dataDir)).toBeNull();
    lockDataDirectory(dataDir).release();
  });

  it("closes a folder to others that somebody else made", () => {
    chmodSync(dataDir, 0o755);
    lockDataDirectory(dataDir).release();
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
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

import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allowedPath } from "./folders";

let base = "";
beforeAll(() => {
  base = realpathSync(mkdtempSync(path.join(os.tmpdir(), "portage-folders-")));
  for (const folder of ["root/stores", "root-beside", "outside"])
    mkdirSync(path.join(base, folder), { recursive: true });
  symlinkSync(path.join(base, "outside"), path.join(base, "root", "leads-out"));
  symlinkSync(path.join(base, "root", "stores"), path.join(base, "leads-in"));
  symlinkSync(path.join(base, "root"), path.join(base, "root-by-link"));
  symlinkSync(path.join(base, "nowhere"), path.join(base, "root", "dangling"));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

const allowed = (given: string, ...roots: string[]) =>
  allowedPath(
    { folders: roots.map((root) => path.join(base, root)) },
    path.isAbsolute(given) ? given : `${base}/${given}`,
  );

describe("a path below the allowed folders", () => {
  it.each([
    ["root", "root"],
    ["root/stores", "root/stores"],
    ["root/stores/../stores", "root/stores"],
    ["root/not-there-yet/backup", "root/not-there-yet/backup"],
    ["leads-in/backup", "root/stores/backup"],
    ["root-by-link/stores", "root/stores"],
  ])("%s is used as %s", (given, real) => {
    expect(allowed(given, "root")).toBe(path.join(base, real));
    expect(allowed(given, "outside", "root-by-link")).toBe(path.join(base, real));
  });

  it.each([
    ["root/../outside"],
    ["root/leads-out"],
    ["root/leads-out/deeper/not-there"],
    ["root/dangling"],
    ["root/dangling/deeper"],
    ["root-beside"],
    ["outside"],
    ["/etc/passwd"],
    ["/"],
    ["root/\0"],
  ])("%s is refused", (given) => {
    expect(() => allowed(given, "root")).toThrow(expect.objectContaining({ code: "path-not-allowed", kind: "usage" }));
  });

  it("is refused altogether while no folder is allowed", () => {
    expect(() => allowed("root")).toThrow(
      expect.objectContaining({ next: expect.stringContaining("PORTAGE_FOLDERS") }),
    );
  });
});

import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { limits } from "@/scripts/test/limits.mjs";

const root = path.resolve(import.meta.dirname, "../..");

test("the bundled command reads files with everything that its packages have beside their code", async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["bin/portage.mjs", "inspect", "lib/formats/fixtures/chroma-1.5/db", "--json"],
    { cwd: root, timeout: limits.command },
  );
  expect(JSON.parse(stdout)).toMatchObject({ stores: [{ kind: "chroma-folder", format: "Chroma 1.x folder" }] });
});

import { afterAll, beforeAll, expect, it } from "vitest";
import { type CommandLine, ended, openCommandLine } from "@/lib/cli/testing";

let commands: CommandLine;
beforeAll(() => {
  commands = openCommandLine();
});
afterAll(() => commands.remove());

const planned = async (): Promise<string> => {
  const { out } = await commands.portage(
    "clearance",
    "plan",
    "--all",
    "--every",
    "--overwrite",
    "--level",
    "2",
    "--json",
  );
  return /plan-[a-z0-9-]+/.exec(out)?.[0] ?? "";
};

it("goes on in silence when nobody reads its output any more, and ends with the exit code of the work", async () => {
  const plan = await planned();
  const child = commands.start(["apply", plan, "--yes"]);
  child.stdout?.destroy();
  child.stderr?.destroy();
  const { code } = await ended(child);
  const { out } = await commands.portage("plan", "show", plan, "--json");
  // Never a success that isn't one.
  expect({ done: code === 0 || code === 1, applied: out.includes('"state": "applied"') }).toEqual({
    done: true,
    applied: true,
  });
});

it("ends as usual for a reader that has seen enough of a list", async () => {
  const child = commands.start(["namespaces"]);
  child.stdout?.destroy();
  expect((await ended(child)).code).toBe(0);
});

import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { Terminal } from "./terminal";

/** Streams as a terminal's or a pipe's, and what was written to each. */
function streams(isTTY: boolean) {
  const out = new PassThrough();
  const error = new PassThrough();
  const as = (stream: PassThrough) => Object.assign(stream, { isTTY, hasColors: () => isTTY });
  const given = { in: process.stdin, out: Object.assign(Object.create(process.stdout), as(out)), error: as(error) };
  for (const name of ["write", "end", "on", "once", "emit"] as const) given.out[name] = out[name].bind(out);
  return { given, out: () => String(out.read() ?? ""), error: () => String(error.read() ?? "") };
}

const hostile = "a\u001b[2J\u202eb\u200bc";

it("shows what a terminal would obey, and leaves its own quieter type", () => {
  const { given, out, error } = streams(true);
  const terminal = new Terminal({}, given);
  terminal.text(`${terminal.dim("TITLE")} ${hostile}`);
  terminal.note(hostile);
  expect(out()).toBe("\u001b[2mTITLE\u001b[22m a\\u001b[2J\\u202eb\\u200bc\n");
  expect(error()).toBe("a\\u001b[2J\\u202eb\\u200bc\n");
});

it("gives programs JSON as it is, and a terminal the same value without what it would obey", () => {
  const piped = streams(false);
  new Terminal({ json: true }, piped.given).document({ hostile });
  const shown = streams(true);
  new Terminal({ json: true }, shown.given).document({ hostile });
  const [raw, seen] = [piped.out(), shown.out()];
  expect(raw).toContain("\u202e");
  expect(seen).not.toMatch(/\p{Cf}/u);
  expect(JSON.parse(seen)).toEqual(JSON.parse(raw));
});

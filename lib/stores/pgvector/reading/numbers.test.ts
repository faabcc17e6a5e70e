import { Writable } from "node:stream";
import { setImmediate as soon } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { compareBytes } from "../../byte-order";
import { sendPieces } from "../connection/copy-in";
import { failureOf } from "../connection/failures";
import { readVector, vectorLength, writeVector } from "../connection/vector-bytes";
import { integerRanges } from "./integer-order";

function vectorBytes(values: number[]): Buffer {
  const bytes = Buffer.alloc(vectorLength(values.length));
  writeVector(bytes, 0, values);
  return bytes;
}

describe("integerRanges", () => {
  const number = fc.oneof(fc.bigInt({ min: -(2n ** 15n), max: 2n ** 15n - 1n }), fc.bigInt({ min: -120n, max: 120n }));

  it("holds exactly the numbers that come behind the cursor and begin with the prefix, each range sorted as texts are", () => {
    const prefix = fc.oneof(fc.constant(""), fc.constantFrom("-", "1", "-2", "10", "0", "x"));
    fc.assert(
      fc.property(fc.uniqueArray(number, { maxLength: 60 }), fc.option(number), prefix, (numbers, cursor, start) => {
        const after = cursor === null ? null : cursor.toString();
        const listed = integerRanges("int2", { after, prefix: start }).flatMap(({ from, to, descending }) => {
          const within = numbers
            .filter((each) => each >= BigInt(from) && each <= BigInt(to))
            .sort((a, b) => (a < b ? -1 : 1));
          const texts = (descending ? within.reverse() : within).map(String);
          expect(texts).toEqual(texts.toSorted(compareBytes));
          return texts;
        });
        const wanted = numbers
          .map(String)
          .filter((text) => (after === null || compareBytes(text, after) > 0) && text.startsWith(start));
        expect(listed.toSorted(compareBytes)).toEqual(wanted.toSorted(compareBytes));
      }),
    );
  });
});

describe("a vector's bytes", () => {
  it("keep float32 to the bit", () => {
    const floats = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(floats, (values) => {
        expect(readVector(vectorBytes(values), "vector")).toEqual(values);
      }),
    );
  });

  it("of half-precision numbers are read: normal, the smallest, the largest, both zeros", () => {
    const half = Buffer.from("000600003c00c0000001 7bff80003555".replace(" ", ""), "hex");
    expect(readVector(half, "halfvec")).toEqual([1, -2, 2 ** -24, 65_504, -0, 0.333251953125]);
  });

  it("that are cut off are none", () => {
    expect(readVector(vectorBytes([1, 2]).subarray(0, 11), "vector")).toBeNull();
    expect(readVector(Buffer.alloc(2), "vector")).toBeNull();
  });
});

it("pieces for COPY wait for a slow server without turning, and end with a lost one", async () => {
  const taken: (() => void)[] = [];
  const stream = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, next) => void taken.push(next) });
  const looked = vi.spyOn(stream, "writableNeedDrain", "get");
  const endCopyFrom = vi.fn();
  const sending = sendPieces(
    { stream, sendCopyFromChunk: (chunk) => void stream.write(chunk), endCopyFrom },
    ["one", "two"].map((text) => Buffer.from(text)),
    () => stream.destroyed,
  );
  for (let turn = 0; turn < 20; turn++) await soon();
  expect([looked.mock.calls.length, taken.length]).toEqual([1, 1]);
  taken[0]?.();
  for (let turn = 0; turn < 20; turn++) await soon();
  expect([looked.mock.calls.length, taken.length]).toEqual([2, 2]);
  stream.destroy();
  await sending;
  expect(endCopyFrom).not.toHaveBeenCalled();
});

describe("failures", () => {
  const failed = (code: string, message = "the server's words") =>
    failureOf("upsert", Object.assign(new Error(message), { code, detail: "Failing row contains (secret)" }), (text) =>
      text.replaceAll("hush", "[secret]"),
    );

  it.each([
    ["40P01", "unavailable"],
    ["40001", "unavailable"],
    ["53100", "not-permitted"],
    ["53300", "throttled"],
    ["57P01", "connection"],
    ["57P03", "unavailable"],
    ["57014", "timeout"],
    ["28P01", "auth"],
    ["22003", "invalid"],
    ["23502", "invalid"],
    ["44000", "invalid"],
    ["P0001", "invalid"],
    ["21000", "conflict"],
    ["08006", "connection"],
    ["ECONNREFUSED", "connection"],
    ["ETIMEDOUT", "timeout"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "certificate"],
    ["99999", "unknown"],
  ])("%s is %s to the engine", (state, code) => {
    expect(failed(state)).toMatchObject({ code });
  });

  it("of a value that can't be written are no lost connection, which would be tried for a day", () => {
    expect(failureOf("upsert", new RangeError("out of range"), String)).toMatchObject({ code: "unknown" });
  });

  it("keep neither the row nor a password", () => {
    const { message, words } = failed("23514", "user hush");
    expect(`${message} ${words}`).toBe("user [secret] (23514) user [secret]");
  });
});

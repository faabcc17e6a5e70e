import fc from "fast-check";
import { expect, test } from "vitest";
import { Digest } from "./digest";

const changes = fc.array(fc.tuple(fc.constantFrom("create", "update"), fc.string()), { maxLength: 30 });

test("is the same however the changes are ordered and cut into chunks, and another when one is missing", () => {
  fc.assert(
    fc.property(changes, fc.nat(), (list, cut) => {
      const whole = new Digest();
      for (const change of list) whole.add(...change);
      const at = list.length === 0 ? 0 : cut % list.length;
      const first = new Digest();
      const second = new Digest();
      for (const change of list.slice(at).reverse()) first.add(...change);
      for (const change of list.slice(0, at)) second.add(...change);
      const sum = new Digest(first.toString());
      sum.addAll(second.toString());
      expect(sum.toString()).toBe(whole.toString());
      if (list.length > 0) {
        const fewer = new Digest();
        for (const change of list.slice(1)) fewer.add(...change);
        expect(fewer.toString()).not.toBe(whole.toString());
      }
    }),
  );
});

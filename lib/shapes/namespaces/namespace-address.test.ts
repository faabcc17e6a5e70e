import fc from "fast-check";
import { expect, test } from "vitest";
import { namespaceAt, namespaceHref } from "./namespace-address";

/** What a browser sends for a link, and what of it the server hands to the page: the segment as it came, the query decoded once. */
function followed(href: string) {
  const url = new URL(href, "http://localhost:3000");
  const [, room, segment = "", ...deeper] = url.pathname.split("/");
  expect([room, deeper]).toEqual(["namespaces", []]);
  return { segment, query: url.searchParams.get("name") ?? undefined, record: url.searchParams.get("record") };
}

const odd = [
  "a%20b",
  "a b",
  "100%",
  "ä/ö",
  "..",
  ".",
  "",
  "-",
  "a%2520b",
  "%",
  "a/b c#%?&",
  "__default__x",
  "a+b",
  "日本",
];

test.each(odd)("the page of %j is that namespace's, however often its address is decoded", (name) => {
  const { segment, query } = followed(namespaceHref(name));
  expect(namespaceAt(segment, query)).toEqual({ name, canonical: true });
  expect(namespaceAt(decodeURIComponent(segment), query)).toEqual({ name, canonical: true });
});

test("so is any name's, with a record of any ID", () => {
  const text = fc.string({ unit: "binary", maxLength: 40 }).filter((name) => name !== "__default__");
  fc.assert(
    fc.property(
      text.filter((name) => name.isWellFormed()),
      text.filter((id) => id.isWellFormed()),
      (name, id) => {
        const { segment, query, record } = followed(namespaceHref(name, id));
        expect(namespaceAt(segment, query).name).toBe(name);
        expect(record).toBe(id);
      },
    ),
  );
});

test("an address that was typed is decoded exactly once, and isn't the one that the page links to", () => {
  for (const [segment, name] of [
    ["a%2520b", "a%20b"],
    ["a%20b", "a b"],
    ["100%25", "100%"],
    ["%C3%A4%2F%C3%B6", "ä/ö"],
    ["100%", "100%"],
  ] as const)
    expect(namespaceAt(segment, undefined)).toEqual({ name, canonical: false });
  expect(namespaceAt("acme-1", undefined)).toEqual({ name: "acme-1", canonical: true });
  expect(namespaceAt("-", undefined)).toEqual({ name: "-", canonical: true });
});

import { expect, test } from "vitest";
import { hrefOn } from "@/lib/shapes/routes/route-href";
import { choiceOf, isOf, onRoute, pageRouteOf } from "./route-address";

test("links of the app carry the page's route, unless they name one or leave the app", () => {
  const on = (href: string) => hrefOn("notes", href);
  expect(on("/runs")).toBe("/runs?route=notes");
  expect(on("/namespaces?search=a%2Fb#list")).toBe("/namespaces?search=a%2Fb&route=notes#list");
  expect(on("/migrate?route=other")).toBe("/migrate?route=other");
  for (const href of ["https://elsewhere.example/", "#main", "/api/v1/runs/r/log/export"]) expect(on(href)).toBe(href);
  expect(hrefOn(null, "/runs?state=failed")).toBe("/runs?state=failed");
});

test("a route that is meant anyway isn't in the address", () => {
  expect([null, "", "default", "notes"].map((asked) => pageRouteOf(asked, "default"))).toEqual([
    null,
    null,
    null,
    "notes",
  ]);
  expect(pageRouteOf("default", "notes")).toBe("default");
});

test("a query is found by its name along any route, never by a route's name", () => {
  expect(isOf("runs")({ queryKey: onRoute("notes", "runs", {}) })).toBe(true);
  expect(isOf("runs")({ queryKey: onRoute("runs", "overview") })).toBe(false);
});

test("routes into backups are no choice, but for the one that is open", () => {
  const named = (...names: string[]) => names.map((name) => ({ name }));
  const backup = "backup-old-2026-11-29t2210-0a1b2c-3d4e5f";
  expect(choiceOf(named("default", backup), "default")).toEqual({ routes: named("default"), many: false });
  expect(choiceOf(named("default", backup), backup).many).toBe(true);
  expect(choiceOf(named("default"), "gone").many).toBe(true);
});

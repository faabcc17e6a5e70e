import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { packageRoot } from "@/lib/package-root";

const read = (file: string) => readFileSync(path.join(packageRoot, file), "utf8");
const named = (text: string) => new Set(text.match(/\b(portage|process|nodejs)_[a-z_]+(?<!_)/g));

it.each(["deploy/grafana/portage.json", "deploy/prometheus/alerts.yaml"])("%s names figures that are given", (file) => {
  const given = named(read("app/api/metrics/route.ts"));
  const asked = [...named(read(file))];
  expect(asked.length).toBeGreaterThan(4);
  expect(asked.filter((figure) => !given.has(figure))).toEqual([]);
});

const promtool = spawnSync("promtool", ["--version"]).error === undefined;
it.skipIf(!promtool)(
  "alerts fire when they should, as `promtool` of Prometheus sees it (skipped where it isn't installed)",
  () => {
    const tests = path.join(packageRoot, "deploy", "prometheus", "alerts.test.yaml");
    const { status, stderr, stdout } = spawnSync("promtool", ["test", "rules", tests], { encoding: "utf8" });
    expect([status, stderr + stdout]).toEqual([0, expect.stringContaining("SUCCESS")]);
  },
);

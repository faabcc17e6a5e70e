import { namespaceOf } from "../sandbox/seed/customers";
import { startMirrorPlan, startPlan, untilOver } from "./support/api";
import { emptyBelow, openWhole, overflowOf, violationsInBothColours } from "./support/axe";
import { expect, test } from "./support/own-sandbox";

let addresses: string[] = [];

test.beforeAll(async ({ request }) => {
  const { run, plan } = await startPlan(request, { all: true });
  await untilOver(request, run.id);
  const edited = namespaceOf({ package: "@biomejs/biome", migrated: "edited" });
  // Two looks make a line of the differences over time.
  await untilOver(request, (await startMirrorPlan(request, [edited])).run.id);
  const mirror = await startMirrorPlan(request, [edited]);
  await untilOver(request, mirror.run.id);
  const set = await request.post("/api/v1/schedules", { data: { namespaces: [edited], cron: "0 3 1 1 *" } });
  const schedule = String((await set.json()).schedule.id);
  const changes = await (await request.get(`/api/v1/plans/${mirror.plan.id}/changes?kind=update&limit=1`)).json();
  const record = String(changes.changes[0].id);
  addresses = [
    "/mirror",
    `/plans/${mirror.plan.id}?tab=update`,
    `/plans/${mirror.plan.id}?tab=orphan`,
    `/plans/${mirror.plan.id}?tab=update&record=${encodeURIComponent(record)}&in=${edited}`,
    "/",
    `/migrate?all=true&plan=${plan.id}`,
    "/runs",
    `/runs/${run.id}`,
    `/runs/${run.id}?tab=findings`,
    `/runs/${run.id}?tab=log`,
    `/runs/${run.id}?tab=about`,
    "/namespaces",
    "/namespaces?search=customer",
    "/fleet",
    "/search",
    "/gate",
    "/move",
    `/fleet?namespace=${edited}`,
    "/fleet?tab=schedules",
    "/fleet?tab=schedules&schedule=new",
    `/fleet?tab=schedules&schedule=${schedule}`,
    "/configuration",
    "/nowhere",
  ];
});

test("every page passes axe in light and in dark colours", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  for (const address of addresses) {
    await openWhole(page, address);
    expect(await violationsInBothColours(page), address).toEqual([]);
  }
});

test("no page scrolls sideways or into nothing on a phone", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const address of addresses) {
    await openWhole(page, address);
    expect(await overflowOf(page), address).toBe(0);
    expect(await emptyBelow(page), address).toBe(0);
  }
});

test("a phone has its places at the bottom and the palette at the top", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Runs" }).click();
  await expect(page).toHaveURL(/\/runs$/);
  await page.getByRole("button", { name: "Search or jump to" }).click();
  await expect(page.getByPlaceholder("A page, an action, or part of a namespace, run or plan")).toBeFocused();
});

test("nothing moves for those who asked for stillness", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto("/");
  const moving = await page.evaluate(
    () =>
      [...document.querySelectorAll("*")].filter(
        (each) => Number.parseFloat(getComputedStyle(each).transitionDuration) > 0,
      ).length,
  );
  expect(moving).toBe(0);
});

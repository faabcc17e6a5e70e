import { expect, it } from "vitest";
import { differenceOf } from "@/lib/shapes/namespaces/difference";
import { openTestContext, sourceIndex, targetIndex } from "../verbs/testing";
import { browseNamespaces, browseNamespacesInput } from "./browse-namespaces";

it("believes a comparison for two minutes, and then the counts, though none of them changed", async () => {
  const { ctx, close } = await openTestContext({ source: { a: 6 }, target: { a: 6 } });
  const word = async () => {
    const { rows } = await browseNamespaces(ctx, browseNamespacesInput.parse({}));
    return rows.map((row) => differenceOf(row).word);
  };
  await word();
  await ctx.database.prisma.standing.create({
    data: {
      ...{
        source: sourceIndex,
        sourceAccount: "memory",
        target: targetIndex,
        targetAccount: "memory",
        namespace: "a",
      },
      analysedAt: new Date(Date.now() - 60_000),
      ...{ creates: 0, updates: 0, unchanged: 5, orphans: 0, problems: 0 },
    },
  });
  expect(await word()).toEqual(["in-sync"]);
  for (const [seconds, expected] of [
    [50, "in-sync"],
    [70, "changed-since"],
  ] as const) {
    await ctx.database.run(`UPDATE "Inventory" SET "at" = now() + $1 * interval '1 second'`, [seconds]);
    expect(await word()).toEqual([expected]);
  }
  await close();
});

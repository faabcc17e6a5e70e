import { expect, it } from "vitest";
import { excludeChanges, excludeChangesInput } from "../plans/exclude-changes";
import { expectOnly, findingsOf, lacks, outcomeOf, planned } from "./applied-clearance.suite";
import { type ClearanceWorld, levels } from "./clearance-world.suite";

/** A data stream, which takes new documents only: its indexes behind it take updates. */
export function testDataStream(open: () => ClearanceWorld): void {
  it("sets the documents of a data stream in each of its indexes, though a stream takes new ones only", async () => {
    const world = open();
    const stream = world.name();
    const template = `/_index_template/${stream}`;
    const properties = { ...levels, "@timestamp": { type: "date" } };
    await world.must("PUT", template, {
      index_patterns: [stream],
      data_stream: {},
      priority: 500,
      template: { mappings: { properties }, settings: { number_of_replicas: 0 } },
    });
    try {
      const add = async (from: number) => {
        for (let at = from; at < from + 5; at++)
          await world.must("POST", `/${stream}/_doc?op_type=create&refresh=true`, {
            "@timestamp": 1_750_000_000_000 + at,
            namespace: at % 2 === 0 ? "alpha" : "beta",
            ...(at % 5 === 0 ? { clearance_level: 3 } : {}),
          });
      };
      await add(0);
      await world.must("POST", `/${stream}/_rollover`);
      await add(5);
      const before = await world.stored(stream);
      const plan = await planned(world, stream);
      expect(plan.clearance?.indices).toHaveLength(2);
      const [first] = [...before].flatMap(([id, { source }]) => (lacks(source) ? [id] : []));
      await excludeChanges(world.ctx, excludeChangesInput.parse({ id: plan.id, records: [first], include: false }));
      const run = await world.end((await world.apply(plan)).id);
      expect(await findingsOf(world, run)).toEqual([]);
      expect(outcomeOf(run)).toMatchObject({ state: "succeeded", written: 7 });
      expectOnly(before, await world.stored(stream), (source, id) => lacks(source) && id !== first);
    } finally {
      await world.ask("DELETE", `/_data_stream/${stream}`);
      await world.ask("DELETE", template);
    }
  });
}

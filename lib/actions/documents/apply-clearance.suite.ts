import { afterAll, beforeAll, describe } from "vitest";
import type { Access } from "@/scripts/elasticsearch/obtained";
import { testShapes } from "./apply-clearance-shapes.suite";
import { testStopping } from "./apply-clearance-stopping.suite";
import { testWriting } from "./apply-clearance-writing.suite";
import { ClearanceWorld } from "./clearance-world.suite";

/** How plans over documents are carried out, by whatever server is there. */
export function describeApplying(
  name: string,
  open: () => Promise<{ access: Access; close: () => Promise<void> }>,
): void {
  // A real server shares its machine with the other suites.
  describe(name, () => {
    let world: ClearanceWorld;
    let closeServer = async () => {};
    beforeAll(async () => {
      const { access, close } = await open();
      closeServer = close;
      world = await ClearanceWorld.open(access);
    });
    afterAll(async () => {
      await world?.close();
      await closeServer();
    });
    testWriting(() => world);
    testStopping(() => world);
    testShapes(() => world);
  });
}

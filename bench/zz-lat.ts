import { withPortage } from "./reembed/portage";
import { sequential } from "./reembed/sequential";
import { emptyTarget, namespaceOf, startServices } from "./services";

const records = 6000;
const services = await startServices({ records, namespaces: 4, canned: true });
await withPortage(services, await emptyTarget(services), {}, async (run) => {
  await run(namespaceOf(0), records);
  await services.latency(50);
  for (let i = 1; i < 4; i++) {
    const s = await sequential(services, await emptyTarget(services), namespaceOf(i));
    const r = await run(namespaceOf(i), records);
    console.log(
      "loop",
      Math.round(records / s),
      "portage",
      Math.round(records / r.seconds),
      (s / r.seconds).toFixed(2),
    );
  }
});
await services.close();
process.exit(0);

/** One way through a folder, in a process of its own; see `main.ts`. */
import { storeKinds } from "@/lib/stores/registry";
import { bare } from "./bare";
import { collection } from "./fill";

const [way, folder = ""] = process.argv.slice(2);
const place = { index: collection, namespace: "" };

/** As a run reads: a page of IDs, then their records. Answers how many were whole. */
async function read(values: boolean): Promise<number> {
  const source = storeKinds.get("chroma-folder")?.openSource({ path: folder });
  if (source === undefined) throw new Error("There is no such kind of store");
  const { fetchIds } = source.can.limits;
  let whole = 0;
  let cursor: string | undefined;
  do {
    const page = await source.listIds(place, { limit: fetchIds, ...(cursor === undefined ? {} : { cursor }) });
    const { records } = await (values ? source.fetchRecords(place, page.ids) : source.fetchHeads(place, page.ids));
    whole += records.length;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  await source.close();
  return whole;
}

const before = process.cpuUsage();
const began = performance.now();
const records = way === "bare" ? await bare(folder) : await read(way === "records");
const seconds = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage(before);
process.send?.({ records, seconds, computing: (user + system) / 1e6, peak: process.resourceUsage().maxRSS / 1024 });
process.disconnect?.();

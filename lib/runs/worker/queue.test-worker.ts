/** A worker in a process of its own, which takes a job, says so and never ends it: to be killed by the test. */
import { openDatabase } from "@/lib/db/open";
import { Secret } from "@/lib/secret";
import { openQueue } from "./queue";

const [url = "", deadAfterMs = ""] = process.argv.slice(2);
const log = { info() {}, warn() {}, error() {} };
const database = await openDatabase({ url: new Secret(url), dataDir: "" });
const queue = await openQueue({ database, redisUrl: null, log, deadAfterMs: Number(deadAfterMs) });
await queue.work(
  async ({ namespace }) => {
    process.send?.(namespace);
    return new Promise(() => {});
  },
  { concurrency: 1 },
);

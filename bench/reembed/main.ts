import { emptyTarget, startServices } from "../services";
import { bare } from "./bare";
import { withPortage } from "./portage";
import { sequential } from "./sequential";

const records = Number(process.argv[2] ?? "3000");
const services = await startServices({ records });
const say = (text: string) => console.log(text);
for (let round = 0; round < 3; round++) {
  const b = await bare(services, await emptyTarget(services.pinecone), 8);
  const target = await emptyTarget(services.pinecone);
  const p = await withPortage(services, target, {}, (run) => run());
  say(
    `bare ${(records / b).toFixed(0)}/s  portage ${(p.written / p.seconds).toFixed(0)}/s  ratio ${(b / p.seconds).toFixed(2)}`,
  );
}
await services.pinecone.latency(50);
await services.gemini.latency(50);
const s = await sequential(services, await emptyTarget(services.pinecone));
const p = await withPortage(services, await emptyTarget(services.pinecone), {}, (run) => run());
say(
  `sequential ${(records / s).toFixed(0)}/s  portage ${(p.written / p.seconds).toFixed(0)}/s  ratio ${(s / p.seconds).toFixed(2)}`,
);
say(`rss ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
await services.close();
process.exit(0);

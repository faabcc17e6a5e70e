import { expect, it } from "vitest";
import { Secret } from "@/lib/secret";
import { sandboxKeys, startSandbox } from "@/sandbox/start";
import { describeStoreContract, type StoreUnderTest } from "../contract.suite";
import { openPineconeSource, openPineconeTarget } from ".";

const standing = (metric: "cosine" | "dotproduct") => async (): Promise<StoreUnderTest> => {
  const sandbox = await startSandbox({
    dataDir: null,
    seed: false,
    quotas: { pinecone: null },
    consistencyMs: 30,
    readyAfterMs: 50,
  });
  const project = { apiKey: new Secret(sandboxKeys.pinecone), controllerHost: sandbox.pinecone.url };
  const source = openPineconeSource(project);
  const target = openPineconeTarget(project, { cloud: "aws", region: "us-east-1" });
  await target.ensureIndex({ name: "contract", dimension: 64, metric });
  await target.inspect("contract");
  return { source, target, index: "contract", dimension: 64, metric, anyIds: false, close: () => sandbox.close() };
};

describeStoreContract("Pinecone over its SDK, against the stand-in,", standing("cosine"));
describeStoreContract("Pinecone with the dotproduct metric, against the stand-in,", standing("dotproduct"));

it("names an index's address, the same whichever handle asks, another for another index", async () => {
  const { source, target, close } = await standing("cosine")();
  await target.ensureIndex({ name: "other", dimension: 64, metric: "cosine" });
  const addressOf = async (store: typeof source, index: string) => (await store.inspect(index))?.address;
  const address = await addressOf(source, "contract");
  expect(address).toMatch(/./);
  expect(await addressOf(target, "contract")).toBe(address);
  expect(await addressOf(source, "other")).not.toBe(address);
  await close();
});

import { describeEmbedderContract } from "../contract.suite";
import { HashingEmbedder } from "./embedder";

describeEmbedderContract("The hashing embedder", async () => ({
  embedder: new HashingEmbedder({ dimension: 256 }),
  close: async () => {},
}));

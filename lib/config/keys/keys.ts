import { batchesKeys } from "./batches";
import { elasticsearchKeys } from "./elasticsearch";
import { geminiKeys } from "./gemini";
import { historyKeys } from "./history";
import { pineconeKeys } from "./pinecone";
import { policyKeys } from "./policy";
import { portageKeys } from "./portage";
import { storeKeys } from "./stores";
import { switchKeys } from "./switching";
import { teamKeys } from "./team";

/** Every key that Portage reads. `.env.example` holds the same keys; a test keeps it so. */
export const keys = {
  ...portageKeys,
  ...teamKeys,
  ...historyKeys,
  ...pineconeKeys,
  ...geminiKeys,
  ...elasticsearchKeys,
  ...storeKeys,
  ...switchKeys,
  ...batchesKeys,
  ...policyKeys,
} as const;

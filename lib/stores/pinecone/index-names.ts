import { slug } from "@/lib/text/slug";

/** Names of Pinecone's indexes (its API reference, "Create an index"). */
export const indexNames = {
  shape: /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
  longest: 45,
  words: "of lower-case letters, digits and dashes, and begins and ends with a letter or digit",
  /** `automation_agents_websites` as `automation-agents-websites`. */
  from: (name: string): string => slug(name.normalize("NFKD").replace(/\p{M}/gu, "")),
};

import { z } from "zod";
import { field, secretText } from "../kind";

/** A project of Pinecone's, and where an index is created that is missing. */
export const projectSettings = {
  apiKey: field(secretText(), {
    label: "API key",
    help: "Of the project that holds the indexes: app.pinecone.io, API keys.",
    secret: true,
  }),
  controllerHost: field(z.url({ protocol: /^https?$/ }).optional(), {
    label: "Control plane",
    help: "Another address than Pinecone's own, for a proxy.",
    placeholder: "https://api.pinecone.io",
    address: true,
  }),
  cloud: field(z.enum(["aws", "gcp", "azure"]).default("aws"), {
    label: "Cloud",
    help: "Where an index is created that is missing.",
  }),
  region: field(z.string().min(1).max(100).default("us-east-1"), {
    label: "Region",
    help: "Where an index is created that is missing.",
  }),
};

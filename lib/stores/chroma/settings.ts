import { z } from "zod";
import { headSettings } from "../files/head-settings";
import { field, secretText } from "../kind";

const name = z.string().min(1).max(500);

export const settings = z.strictObject({
  address: field(z.url({ protocol: /^https?$/ }), {
    label: "Address",
    help: "Of the server, without the path of its API.",
    placeholder: "http://127.0.0.1:8000",
    address: true,
  }),
  token: field(secretText().optional(), {
    label: "Token",
    help: "Where the server asks for one; of Chroma Cloud, the API key.",
    secret: true,
  }),
  tokenHeader: field(z.enum(["authorization", "x-chroma-token"]).default("x-chroma-token"), {
    label: "Header of the token",
    help: "As the server was set up; Chroma Cloud takes x-chroma-token.",
  }),
  username: field(name.optional(), {
    label: "User name",
    help: "Where the server, or a proxy before it, asks for one.",
  }),
  password: field(secretText().optional(), { label: "Password", help: "Of that user.", secret: true }),
  tenant: field(name.default("default_tenant"), { label: "Tenant", help: "Whose collections are meant." }),
  database: field(name.default("default_database"), {
    label: "Database",
    help: "Of the tenant, the one whose collections are meant.",
  }),
  ...headSettings,
});

export type ChromaSettings = z.infer<typeof settings>;

import path from "node:path";
import { z } from "zod";
import { defaultRoute, routeName } from "../../shapes/routes/route";
import { keysOf, text, whole } from "./key";

const key = keysOf("Portage");
const sealingKey = text.regex(/^([0-9a-f]{64}|[A-Za-z0-9+/_-]{43}=?)?$/i);

/** Where Portage works and listens, and what it keeps its own data in. */
export const portageKeys = {
  PORTAGE_MODE: key(
    "PORTAGE_MODE",
    z.enum(["", "sandbox", "live"]),
    "",
    "sandbox or live",
    "sandbox or live. Empty: sandbox when PINECONE_API_KEY is empty, else live. In the sandbox no request leaves the machine.",
  ),
  PORTAGE_DATA_DIR: key(
    "PORTAGE_DATA_DIR",
    text.min(1),
    ".portage",
    "a folder",
    "Embedded database, sandbox data and log.",
  ),
  HOST: key(
    "HOST",
    text.min(1),
    "127.0.0.1",
    "an address of this machine",
    "Address that the web app listens on. Beyond loopback only with PORTAGE_LOGIN=on and PORTAGE_URL.",
  ),
  PORT: key(
    "PORT",
    whole(0, 65535),
    "3000",
    "a port from 0 to 65535 (0: any free one)",
    "Port that the web app listens on.",
  ),
  DATABASE_URL: key(
    "DATABASE_URL",
    text.refine((value) => value === "" || /^postgres(ql)?:\/\//.test(value)),
    "",
    "postgresql://user:password@host:port/database",
    "PostgreSQL 14 or newer, for several processes or machines. Empty: an embedded database in PORTAGE_DATA_DIR.",
    true,
  ),
  REDIS_URL: key(
    "REDIS_URL",
    text.refine(
      (value) => value === "" || (/^rediss?:\/\//.test(value) && URL.canParse(value) && new URL(value).hostname !== ""),
    ),
    "",
    "redis://host:port",
    "Optional: the job queue on Redis instead of PostgreSQL.",
    true,
  ),
  PORTAGE_WEBHOOK_SECRET: key(
    "PORTAGE_WEBHOOK_SECRET",
    text.refine((value) => value === "" || value.length >= 16),
    "",
    "at least 16 characters",
    "Signs what the webhooks of schedules are sent (HMAC-SHA256). The key itself, or whsec_ and the key in base64.",
    true,
  ),
  PORTAGE_WEBHOOK_PRIVATE: key(
    "PORTAGE_WEBHOOK_PRIVATE",
    z.enum(["allow", ""]),
    "",
    "allow, or empty",
    "allow: webhooks may lead to this machine and to local networks. Empty: to the open Internet only.",
  ),
  PORTAGE_SECRET_KEY: key(
    "PORTAGE_SECRET_KEY",
    sealingKey,
    "",
    "32 bytes in hex or base64",
    "Seals the secrets of connections (AES-256-GCM). Needed with DATABASE_URL; else made once in PORTAGE_DATA_DIR.",
    true,
  ),
  PORTAGE_SECRET_KEY_OLD: key(
    "PORTAGE_SECRET_KEY_OLD",
    sealingKey,
    "",
    "32 bytes in hex or base64",
    "The key before, while it is being replaced: what only it opens is sealed again by the new one.",
    true,
  ),
  PORTAGE_ROUTE: key(
    "PORTAGE_ROUTE",
    routeName,
    defaultRoute,
    "the name of a saved route",
    "Route meant where none is named, on pages, by HTTP and on the command line. default: the one that these settings make.",
  ),
  PORTAGE_FOLDERS: key(
    "PORTAGE_FOLDERS",
    text.transform((value) =>
      value
        .split(path.delimiter === ";" ? /[;,]/ : /[:,]/)
        .map((folder) => folder.trim())
        .filter((folder) => folder !== ""),
    ),
    "",
    "folders, with colons or commas between them",
    "Folders below which connections may read and write files. Empty: none from pages and HTTP, the current folder for the command line.",
  ),
} as const;

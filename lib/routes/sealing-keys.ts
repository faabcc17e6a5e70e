import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Config } from "@/lib/config";
import { OperatorError } from "@/lib/operator-error";

/** What sealing goes by: the keys of the configuration, and where one is kept that was made here. */
export type SealingConfig = Pick<Config, "sealing" | "dataDir" | "databaseUrl">;

const fileOf = ({ dataDir }: SealingConfig) => path.join(dataDir, "secret.key");

/** 32 bytes of a key in hex or base64; the configuration has looked at its form. */
function bytesOf(text: string): Buffer {
  return /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, "hex") : Buffer.from(text, "base64url");
}

/** The key that was made in the data folder, or `null`: several machines on one database have no data folder in common. */
function keptKey(config: SealingConfig): Buffer | null {
  if (config.databaseUrl) return null;
  let text: string;
  try {
    text = readFileSync(fileOf(config), "utf8").trim();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw unusable(config, error);
  }
  if (!/^[0-9a-f]{64}$/.test(text)) throw unusable(config);
  return bytesOf(text);
}

/** Every key that may open something, the one that seals first. */
export function openingKeys(config: SealingConfig): Buffer[] {
  const { key, previous } = config.sealing;
  const given = [key, previous].filter((one) => one !== null).map((one) => bytesOf(one.reveal()));
  const kept = keptKey(config);
  return kept ? [...given, kept] : given;
}

/**
 * The key that seals; makes one in the data folder the first time.
 * @throws OperatorError `secret-key-missing` where several processes must have the same one and none is set
 */
export function sealingKey(config: SealingConfig): Buffer {
  if (config.sealing.key) return bytesOf(config.sealing.key.reveal());
  if (config.databaseUrl) {
    throw new OperatorError({
      kind: "usage",
      code: "secret-key-missing",
      what: "PORTAGE_SECRET_KEY isn't set: with DATABASE_URL a secret can't be sealed without it.",
      notLost: "Nothing was saved, and the secret was not kept.",
      next: "Set PORTAGE_SECRET_KEY to 32 bytes (openssl rand -hex 32) for every process, or name the secret as env:NAME.",
    });
  }
  return keptKey(config) ?? makeKey(config);
}

function makeKey(config: SealingConfig): Buffer {
  const made = randomBytes(32);
  try {
    mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
    writeFileSync(fileOf(config), `${made.toString("hex")}\n`, { flag: "wx", mode: 0o600, flush: true });
    return made;
  } catch (error) {
    // Another thread of this process was quicker.
    const kept = keptKey(config);
    if (kept) return kept;
    throw unusable(config, error);
  }
}

function unusable(config: SealingConfig, cause?: unknown): OperatorError {
  return new OperatorError({
    kind: "usage",
    code: "secret-key-unusable",
    what: `The key that seals secrets, ${fileOf(config)}, can't be read or made, or isn't 32 bytes in hex.`,
    notLost: "Sealed secrets are kept as they are; connections without them work.",
    next: "Put the file back as it was, or set PORTAGE_SECRET_KEY to what it held.",
    cause,
  });
}

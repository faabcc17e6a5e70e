import { mkdirSync } from "node:fs";
import path from "node:path";
import pino from "pino";
import { z } from "zod";
import type { Log } from "@/lib/actions/verbs/context";
import type { Config } from "@/lib/config";
import { unusableFolder } from "@/lib/db/refusals";
import { openedSecrets, type Secret } from "@/lib/secret";
import { visible } from "@/lib/text/visible-text";
import { TurningFile, type TurningLimits } from "./turning-file";

export type LogOptions = {
  dataDir: string;
  /** Texts that are blanked out wherever they turn up, also inside a service's own words. */
  secrets: readonly Secret[];
  /** Which lines are shown on stderr too. */
  show: "all" | "warnings" | "none";
  /** When the file turns over; left out: the defaults. */
  limits?: TurningLimits;
};

const usual: TurningLimits = { megabytes: 20, files: 5, days: 30 };

/** The log of one process or thread: JSON lines in `<dataDir>/portage.log`, short lines on stderr. */
export function openLog({ dataDir, secrets, show, limits = usual }: LogOptions): Log {
  const kept: pino.StreamEntry = { level: "info", stream: openFile(dataDir, limits) };
  const shown: pino.StreamEntry = { level: show === "all" ? "info" : "warn", stream: { write: showLine } };
  const streams = pino.multistream(show === "none" ? [kept] : [kept, shown]);
  return pino(
    {
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { error: serializeError, err: serializeError },
      hooks: { streamWrite: blankOut(secrets.map((secret) => secret.reveal())) },
    },
    streams,
  );
}

function openFile(dataDir: string, limits: TurningLimits): pino.DestinationStream {
  const file = path.join(dataDir, "portage.log");
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    return new TurningFile(file, limits);
  } catch (error) {
    throw unusableFolder(dataDir, error);
  }
}

/** Every secret of a configuration. */
export function secretsOf(config: Config): Secret[] {
  const {
    databaseUrl,
    redisUrl,
    webhookSecret,
    token,
    login,
    switching,
    sealing,
    pinecone,
    gemini,
    elasticsearch,
    openai,
    chroma,
    pgvector,
  } = config;
  const all = [
    databaseUrl,
    redisUrl,
    webhookSecret,
    token,
    login?.oidc?.clientSecret ?? null,
    switching.hook,
    switching.webhook,
    sealing.key,
    sealing.previous,
    pinecone.source.apiKey,
    pinecone.target.apiKey,
    gemini.apiKey,
    elasticsearch.apiKey,
    elasticsearch.password,
    openai.apiKey,
    chroma.token,
    pgvector.address,
  ];
  return all.filter((secret) => secret !== null);
}

function serializeError(error: unknown): unknown {
  return error instanceof Error ? pino.stdSerializers.errWithCause(error) : error;
}

/** Also as JSON writes them, with their quotes and backslashes escaped; those of connections from when they are opened. */
function blankOut(secrets: readonly string[]): (line: string) => string {
  const given = asWritten(secrets);
  return (line) => {
    const texts = [...given, ...asWritten([...openedSecrets()])];
    return texts.reduce((masked, text) => masked.replaceAll(text, "[secret]"), line);
  };
}

function asWritten(secrets: readonly string[]): string[] {
  const texts = new Set(secrets.flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]));
  return [...texts].filter((text) => text.length > 3);
}

const lineSchema = z.object({ time: z.string(), level: z.number(), msg: z.string().default("") });

function showLine(line: string): void {
  const parsed = lineSchema.safeParse(JSON.parse(line));
  if (!parsed.success) return;
  const { time, level, msg } = parsed.data;
  const word = level >= 50 ? "error: " : level >= 40 ? "warning: " : "";
  process.stderr.write(`${time.slice(11, 19)} ${word}${visible(msg)}\n`);
}

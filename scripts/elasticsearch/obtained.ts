/** How a server is spoken to. */
export type Access = { url: string; apiKey: string } | { url: string; username: string; password: string };

/** A server to test against; `stop` ends only what was started for it. */
export type Obtained = { ok: true; access: Access; how: string; stop(): Promise<void> };

/** Why there is none, in one line. */
export type NotObtained = { ok: false; reason: string };

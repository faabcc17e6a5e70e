import { appendEntry } from "@/lib/audit/entry-rows";
import { version } from "@/package.json";
import type { Context } from "../verbs/context";
import { shownDetails } from "./shown-details";

/** Puts into the audit trail that a process started, and every setting of it that isn't the default; secrets are masked. */
export async function noteStart({ config, database, actor }: Context): Promise<void> {
  const set = config.settings.filter(({ origin, value }) => origin !== "default" && value !== null);
  const settings = Object.fromEntries(
    set.map(({ key, value, secret }): [string, unknown] => [key, secret ? value : shownDetails(value)]),
  );
  await appendEntry(database, {
    who: actor,
    role: "admin",
    by: "process",
    address: "",
    act: "started",
    subject: "",
    planHash: "",
    outcome: "done",
    code: "",
    details: { version, process: process.pid, mode: config.mode, settings },
  });
}

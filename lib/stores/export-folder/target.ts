import type { VectorTarget } from "../contract";
import { exportCapabilities, refusal, service } from "./capabilities";
import { translated } from "./failures";
import { createReads } from "./reads";
import { accept, sizeOfRecord } from "./records";
import { rootOf } from "./root-of";
import { leaveExport, type SharedExport, shareExport } from "./shared-export";

/** An export to be written, begun or added to. It is a backup from the first namespace on that was written whole. */
export function openExportTarget(named: string): VectorTarget {
  let opened: Promise<{ root: string; shared: SharedExport }> | null = null;
  const share = () => {
    opened ??= rootOf(named).then((root) => ({ root, shared: shareExport(root) }));
    opened.catch(() => {
      opened = null;
    });
    return opened;
  };
  const can = exportCapabilities();
  const nameless = (operation: string, name: string) => {
    if (name === "") return;
    const next = "Name the folder alone.";
    throw refusal("not-found", operation, `${service}: the folder is one collection, which has no name: ${name}`, next);
  };

  return {
    ...createReads((call, work) => translated(call, async () => (await share()).shared.read(work))),
    ensureIndex: ({ name, dimension, metric, origin }, { signal } = {}) =>
      translated({ operation: "ensureIndex", signal }, async () => {
        nameless("ensureIndex", name);
        const { root, shared } = await share();
        const { model = null, ...source } = origin ?? { kind: "unknown", account: "", index: "" };
        const there = await shared.begin({ source, dimension, metric, model });
        if (there === null) return "created";
        const differing = [
          ...(there.dimension === dimension ? [] : [`its dimension is ${there.dimension ?? "none"}, not ${dimension}`]),
          ...(there.metric === null || there.metric === metric ? [] : [`its metric is ${there.metric}, not ${metric}`]),
          ...(isSame(origin, there.source) ? [] : [`it is of ${there.source.kind} ${there.source.index}`]),
        ];
        if (differing.length === 0) return "matched";
        const message = `${service}: ${root} holds an export of something else: ${differing.join("; ")}`;
        throw refusal("conflict", "ensureIndex", message, "Export into another folder.");
      }),
    upsert: ({ index, namespace }, records, { signal } = {}) =>
      translated({ operation: "upsert", signal }, async () => {
        nameless("upsert", index);
        const { root, shared } = await share();
        const written = await shared.write(namespace, ({ dimension }) => accept(can, dimension, records));
        if (written === null) throw refusal("not-found", "upsert", `${service}: there is no export in ${root} yet`);
        return { ...written, receipt: null };
      }),
    settle: (_place, _receipt, { signal } = {}) => translated({ operation: "settle", signal }, async () => true),
    sizeOf: sizeOfRecord,
    complete: ({ index, namespace }, { signal } = {}) =>
      translated({ operation: "complete", signal }, async () => {
        nameless("complete", index);
        const { root, shared } = await share();
        if (await shared.finish(namespace, signal)) return;
        throw refusal("not-found", "complete", `${service}: there is no export in ${root} to finish`);
      }),
    close: async () => {
      const before = await opened?.catch(() => null);
      opened = null;
      if (before) await leaveExport(before.root, before.shared);
    },
  };
}

type Origin = { kind: string; account: string; index: string };

/** Whether an export is of what is written now, as far as is known of both. */
function isSame(origin: Origin | undefined, there: Origin): boolean {
  if (origin === undefined || there.kind === "unknown") return true;
  const isAccount = origin.account === "" || there.account === "" || origin.account === there.account;
  return isAccount && origin.kind === there.kind && origin.index === there.index;
}

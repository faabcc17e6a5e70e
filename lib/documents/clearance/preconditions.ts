import type { Target } from "../contract";
import type { FieldMapping, TargetShape } from "../target-shape";
import { fieldPreconditions } from "./field-preconditions";
import { namespacePreconditions } from "./namespace-preconditions";
import { about, type Precondition, some } from "./precondition";
import type { ClearanceRequest } from "./request";

export type Findings = {
  /** The names as they were given. */
  target: Target;
  /** `null`: none of the names exists. */
  shape: TargetShape | null;
  /** `null`: the key may not see mappings. */
  field: readonly FieldMapping[] | null;
  namespace: readonly FieldMapping[] | null;
};

const checkName = "Check the name, or ELASTICSEARCH_INDEX where none was given.";

function stateOf({ indices, missing }: TargetShape): Precondition[] {
  const named = (test: (index: TargetShape["indices"][number]) => boolean | undefined) =>
    indices.filter(test).map(({ name }) => name);
  const blocked = named(({ settings }) => settings?.blocks.write || settings?.blocks.readOnly);
  const full = named(({ settings }) => settings?.blocks.readOnlyAllowDelete);
  const unreadable = named(({ settings }) => settings?.blocks.read);
  const closed = named(({ open }) => !open);
  const red = named(({ health }) => health === "red");
  const series = named(({ settings }) => settings?.mode === "time_series");
  return [
    ...about(missing, {
      level: "stop",
      code: "unknown-index",
      what: `There is no index, alias or data stream ${some(missing)}.`,
      next: checkName,
    }),
    ...about(closed, {
      level: "stop",
      code: "closed-index",
      what: `Closed: ${some(closed)}. Documents there can be neither read nor written.`,
      next: "Open the index, or leave it out.",
    }),
    ...about(red, {
      level: "stop",
      code: "shards-missing",
      what: `Health is red: parts of ${some(red)} are missing, so documents there would not be found.`,
      next: "Wait until all primary shards are back.",
    }),
    ...about(blocked, {
      level: "stop",
      code: "write-blocked",
      what: `Writes are blocked on ${some(blocked)} (index.blocks.write or read_only).`,
      next: "Remove the block.",
    }),
    ...about(full, {
      level: "stop",
      code: "disk-full",
      what: `The server blocks writes on ${some(full)}, because a disk is nearly full (read_only_allow_delete).`,
      next: "Make room; the server removes the block by itself.",
    }),
    ...about(unreadable, {
      level: "stop",
      code: "read-blocked",
      what: `Reading is blocked on ${some(unreadable)} (index.blocks.read).`,
      next: "Remove the block.",
    }),
    ...about(series, {
      level: "stop",
      code: "time-series",
      what: `Documents of a time series can't be updated: ${some(series)}.`,
      next: "Leave these indexes out.",
    }),
  ];
}

function waysOf({ aliases, dataStreams, indices }: TargetShape): Precondition[] {
  const readOnly = aliases.filter(({ writeIndex }) => writeIndex === null);
  const filtered = aliases.filter((alias) => alias.filtered);
  const streams = dataStreams.map(({ name }) => name);
  const pipelines = indices.flatMap(({ name, settings }) =>
    [settings?.defaultPipeline, settings?.finalPipeline].flatMap((pipeline) =>
      pipeline && pipeline !== "_none" ? [{ name, pipeline }] : [],
    ),
  );
  return [
    ...about(
      readOnly.flatMap((alias) => alias.indices),
      {
        level: "note",
        code: "read-only-alias",
        what: `The alias ${some(readOnly.map(({ name }) => name))} can only be read by. Updates go to its indexes by name.`,
      },
    ),
    ...about(
      filtered.flatMap((alias) => alias.indices),
      {
        level: "warn",
        code: "filtered-alias",
        what: `The alias ${some(filtered.map(({ name }) => name))} shows a part of its indexes only. Other documents there are left alone.`,
        next: "Name the indexes themselves to reach all documents.",
      },
    ),
    ...about(
      dataStreams.flatMap((stream) => stream.indices),
      {
        level: "note",
        code: "data-stream",
        what: `${some(streams)}: updates go to the indexes behind it. Those of the future take their mapping from its template.`,
      },
    ),
    ...about([...new Set(pipelines.map(({ name }) => name))], {
      level: "note",
      code: "pipelines",
      what: `Pipelines are set: ${some([...new Set(pipelines.map(({ pipeline }) => pipeline))])}. They don't run on partial updates, so they change nothing here.`,
    }),
  ];
}

function privilegesOf({ privileges }: TargetShape): Precondition[] {
  if (privileges === null) return [];
  const { user, indices } = privileges;
  const lacking = (name: keyof (typeof indices)[string]) =>
    Object.entries(indices)
      .filter(([, may]) => !may[name])
      .map(([index]) => index);
  const [read, write, metadata, refresh] = [lacking("read"), lacking("write"), lacking("metadata"), lacking("refresh")];
  const give = (privilege: string) => `Give the key or user ${user} the privilege ${privilege} on them.`;
  return [
    ...about(read, {
      level: "stop",
      code: "may-not-read",
      what: `The key may not read ${some(read)}.`,
      next: give("read"),
    }),
    ...about(write, {
      level: "stop",
      code: "may-not-write",
      what: `The key may not write to ${some(write)}.`,
      next: give("write"),
    }),
    ...about(metadata, {
      level: "warn",
      code: "may-not-see-mapping",
      what: `The key may not see mapping and settings of ${some(metadata)}: whether the field fits there could not be checked.`,
      next: give("view_index_metadata"),
    }),
    ...about(refresh, {
      level: "note",
      code: "may-not-refresh",
      what: `The key may not refresh ${some(refresh)}: counting at the end waits for the server's own refresh.`,
      next: give("maintenance"),
    }),
  ];
}

/** All that is to be known before the first write, the worst first. A run may start when none is a `stop`. */
export function preconditionsOf(
  request: ClearanceRequest,
  { target, shape, field, namespace }: Findings,
): Precondition[] {
  if (shape === null) {
    return [
      {
        level: "stop",
        code: "unknown-index",
        what: `There is no index, alias or data stream ${some(target)}.`,
        next: checkName,
        indices: [],
        offer: null,
      },
    ];
  }
  const all = [
    ...stateOf(shape),
    ...privilegesOf(shape),
    ...fieldPreconditions(request, field ?? []),
    ...namespacePreconditions(request, namespace ?? []),
    ...waysOf(shape),
  ];
  const order = ["stop", "warn", "note"];
  return all.sort((one, other) => order.indexOf(one.level) - order.indexOf(other.level));
}

export const mayStart = (found: readonly Precondition[]) => found.every(({ level }) => level !== "stop");

import { verbs } from "@/lib/actions/verbs/registry";
import { OperatorError } from "@/lib/operator-error";
import type { RowCondition } from "@/lib/shapes/routes/fill";
import type { CeilingOptions, CommonOptions } from "../options";
import { withTransport } from "../transport";
import { reembed } from "./reembed";

type Options = CommonOptions &
  CeilingOptions & {
    missing?: boolean;
    force?: boolean;
    dryRun?: boolean;
    limit?: string;
    batchSize?: string;
    detach?: boolean;
    where?: string;
  };

/**
 * `portage fill ROUTE`: rows of a table without a vector, or of another model, get one made of their text, and nothing else; with `--force` those
 * that have one, too. It is the migration of a route whose both ends are one table, planned, priced, confirmed and resumed like any.
 */
export async function fill(route: string, options: Options): Promise<number> {
  const { where, missing, force, ...rest } = options;
  if (missing === true && force === true)
    throw misused(
      "--missing and --force were both given.",
      "Give --missing for rows that lack a vector, --force for all.",
    );
  const condition = where === undefined ? undefined : conditionOf(where);
  await refuseOtherRoutes(route);
  return reembed([], {
    ...rest,
    route,
    all: true,
    rows: { ...(condition && { where: condition }), ...(force === true && { force }) },
  });
}

async function refuseOtherRoutes(name: string): Promise<void> {
  const { route } = await withTransport({ works: false }, (transport) => transport.call(verbs.showRoute, { name }));
  const { source, target } = route.definition;
  if (source.connection === target.connection && source.collection === target.collection) return;
  throw misused(
    `The route ${name} leads from ${source.connection}:${source.collection} to ${target.connection}:${target.collection}: it fills nothing.`,
    `Carry it out with: portage migrate --all --route ${name}`,
  );
}

/** `COLUMN=VALUE`: whatever stands behind the first equals sign is the value. */
function conditionOf(text: string): RowCondition {
  const [, column, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (column !== undefined && value !== undefined) return { column, value };
  throw misused(
    `--where ${text} isn't COLUMN=VALUE.`,
    "Write it as --where topic=law; with nothing behind the equals sign it means rows without a value.",
  );
}

function misused(what: string, next: string): OperatorError {
  return new OperatorError({
    kind: "usage",
    code: "invalid-value",
    what,
    notLost: "Nothing was started and nothing was spent.",
    next,
  });
}

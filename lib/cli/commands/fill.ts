import { verbs } from "@/lib/actions/verbs/registry";
import { OperatorError } from "@/lib/operator-error";
import type { CeilingOptions, CommonOptions } from "../options";
import { withTransport } from "../transport";
import { reembed } from "./reembed";

type Options = CommonOptions &
  CeilingOptions & { dryRun?: boolean; limit?: string; batchSize?: string; detach?: boolean; where?: string };

/**
 * `portage fill ROUTE`: rows of a table without a vector, or of another model, get one made of their text, and nothing else. It is the migration
 * of a route whose both ends are one table, planned, priced, confirmed and resumed like any.
 */
export async function fill(route: string, options: Options): Promise<number> {
  const { where, ...rest } = options;
  const { definition } = await withTransport({ works: false }, (transport) =>
    transport.call(verbs.showRoute, { name: route }),
  ).then((answer) => answer.route);
  const { source, target } = definition;
  if (source.connection !== target.connection || source.collection !== target.collection)
    throw misused(
      `The route ${route} leads from ${source.connection}:${source.collection} to ${target.connection}:${target.collection}: it fills nothing.`,
      `Carry it out with: portage migrate --all --route ${route}`,
    );
  return reembed(where === undefined ? [] : [namespaceOf(where)], {
    ...rest,
    route,
    ...(where === undefined ? { all: true } : {}),
  });
}

/** Rows are chosen by the column that the connection names as its namespace. */
function namespaceOf(where: string): string {
  const at = where.indexOf("=");
  if (at > 0) return where.slice(at + 1);
  throw misused(
    `--where ${where} isn't COLUMN=VALUE.`,
    "Write it as --where topic=law, the column being the connection's namespace column.",
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

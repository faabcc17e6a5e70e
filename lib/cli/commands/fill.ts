import { verbs } from "@/lib/actions/verbs/registry";
import { OperatorError } from "@/lib/operator-error";
import type { CeilingOptions, CommonOptions } from "../options";
import { withTransport } from "../transport";
import { reembed } from "./reembed";

type Options = CommonOptions &
  CeilingOptions & {
    missing?: boolean;
    dryRun?: boolean;
    limit?: string;
    batchSize?: string;
    detach?: boolean;
    where?: string;
  };

/**
 * `portage fill ROUTE`: rows of a table without a vector, or of another model, get one made of their text, and nothing else. It is the migration
 * of a route whose both ends are one table, planned, priced, confirmed and resumed like any.
 */
export async function fill(route: string, options: Options): Promise<number> {
  const { where, missing: _, ...rest } = options;
  const { definition, column } = await withTransport({ works: false }, async (transport) => {
    const { definition } = (await transport.call(verbs.showRoute, { name: route })).route;
    const { connection } = await transport.call(verbs.showConnection, { name: definition.source.connection });
    return { definition, column: connection.settings.find(({ key }) => key === "namespaceColumn")?.value ?? null };
  });
  const { source, target } = definition;
  if (source.connection !== target.connection || source.collection !== target.collection)
    throw misused(
      `The route ${route} leads from ${source.connection}:${source.collection} to ${target.connection}:${target.collection}: it fills nothing.`,
      `Carry it out with: portage migrate --all --route ${route}`,
    );
  return reembed(where === undefined ? [] : [namespaceOf(where, column)], {
    ...rest,
    route,
    ...(where === undefined ? { all: true } : {}),
  });
}

/** Rows are chosen by the column that the connection names as its namespace; another one would choose other rows than were meant. */
function namespaceOf(where: string, column: string | null): string {
  const at = where.indexOf("=");
  const [named, value] = [where.slice(0, at), where.slice(at + 1)];
  if (at > 0 && named === column) return value;
  throw misused(
    at > 0
      ? `Rows can't be chosen by ${named}: ${column === null ? "the connection names no namespace column" : `the connection's namespace column is ${column}`}.`
      : `--where ${where} isn't COLUMN=VALUE.`,
    `Write it as --where ${column ?? "topic"}=law, the column being the namespaceColumn of the connection.`,
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

import type { VectorTarget } from "../contract";
import { ensureIndex } from "./building/ensure-index";
import { finishIndex } from "./building/finish-index";
import { stepsFor } from "./building/steps";
import { refusal } from "./connection/failures";
import { facadeStatements } from "./facade";
import { chosenTables } from "./reading/chosen-rows";
import type { IndexSettings } from "./settings";
import { createSource, pgvectorCapabilities } from "./source";
import { keyOf } from "./tables/layout";
import { refusalOfNamespace } from "./tables/namespace-names";
import type { Opened, PgvectorOptions } from "./tables/open-store";
import { accept, sizeOfRecord, wrongContent } from "./writing/accept";
import { RowCopier } from "./writing/copy-rows";
import { type Noted, writeRecords } from "./writing/upsert";
import { writeAgain } from "./writing/write-again";

/** Everything that a source is, and writing: whole records, or the vectors of an application's rows. */
export function createTarget(opened: Opened, options: PgvectorOptions, index: IndexSettings): VectorTarget {
  const { sessions, tables, rows, again } = opened;
  const { writes, metadata, keys } = options.columns;
  const keeps = metadata === null ? (keys ?? []) : null;
  const copier = new RowCopier(sessions);
  const can = pgvectorCapabilities();
  const source = createSource(opened, options, writes === "update" ? { ...can, fills: { keeps } } : can);
  const noted: Noted = typeof rows === "object" ? rows : { model: null };
  return {
    ...source,
    forModel: (of) => createTarget({ ...opened, rows: { model: of, again } }, options, index),
    toFill: (choice) =>
      createTarget({ ...opened, tables: chosenTables(sessions, tables, choice), again: choice.again }, options, index),
    ensureIndex: (shape, given = {}) => ensureIndex(opened, options, shape, given),
    upsert: async ({ index: name, namespace }, records, { signal } = {}) => {
      const call = { operation: "upsert", signal };
      if (records.length === 0) return { accepted: [], rejected: [], receipt: null };
      return tables.using(call, name, async (layout) => {
        if (layout.dimension === null) tables.forget(name);
        if (keyOf(layout) !== null && (await copier.write(call, layout, source.can, { namespace, records, noted })))
          return { accepted: records.map(({ id }) => id), rejected: [], receipt: null };
        const accepted = accept(layout, source.can, records);
        if (noted.again !== undefined)
          return sessions.transaction(call, (asking) => writeAgain(asking, layout, namespace, accepted, noted));
        return sessions.ask(call, (asking) => writeRecords(asking, layout, namespace, accepted, noted));
      });
    },
    settle: async (_place, _receipt, { signal } = {}) => {
      if (signal?.aborted) throw refusal("aborted", "settle", "The call was cancelled");
      return true;
    },
    refusalOf: async (name, _made, { signal } = {}) => {
      const layout = await tables.find({ operation: "refusalOf", signal }, name);
      return (record) => {
        const wrong = wrongContent(layout, source.can, record);
        return wrong === null ? null : `The record ${wrong}.`;
      };
    },
    refusedNamespace: async (name, names, { signal } = {}) => {
      const layout = await tables.find({ operation: "refusedNamespace", signal }, name);
      if (layout === null) return null;
      return names.reduce<ReturnType<typeof refusalOfNamespace>>(
        (found, each) => found ?? refusalOfNamespace(layout, each),
        null,
      );
    },
    sizeOf: sizeOfRecord,
    steps: (shape, given) => stepsFor(opened, options, index, shape, given),
    finish: (of, given) => finishIndex(opened, options, index, of, given),
    facadeSteps: (of, { signal } = {}) => {
      const call = { operation: "facadeSteps", signal };
      tables.forget(of.index);
      return tables.using(call, of.index, (layout) =>
        sessions.ask(call, (asking) => facadeStatements(asking, layout, options, of)),
      );
    },
    runFacade: (statements, { signal } = {}) =>
      sessions.transaction({ operation: "runFacade", signal }, async (asking) => {
        for (const statement of statements) await asking.run(statement);
      }),
  };
}

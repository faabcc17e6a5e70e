import type { Comparison, Count } from "./namespaces";

/**
 * What may be said of how a namespace differs. Only a comparison of records can say `in-sync` or `out-of-sync`; `unchecked`: none is
 * missing, but records of the same ID weren't compared; `changed-since`: its counts prove that records came since the last comparison;
 * `counts-equal`, `counts-differ`: it was never compared; `counts-shared`: nor can counts say anything, since the target's is of several namespaces.
 */
export type DifferenceWord =
  | "in-sync"
  | "out-of-sync"
  | "unchecked"
  | "changed-since"
  | "counts-equal"
  | "counts-shared"
  | "counts-differ";

type Known = {
  source: Count | null;
  target: Count | null;
  gathers?: number | undefined;
  comparison?: Comparison | null | undefined;
};

/** Records that differ or are missing as the last comparison knows them, and how many more the source has than the target by counts. */
export type Difference = { word: DifferenceWord; records: number | null; byCounts: number };

/** The one place that decides what a namespace's difference is called: pages, dashboard and command line read it. */
export function differenceOf({ source, target, gathers = 1, comparison }: Known): Difference {
  const byCounts = (source?.value ?? 0) - (target?.value ?? 0);
  // What is more than all of the target's is missing, whosever that is.
  if (!comparison && gathers > 1 && byCounts <= 0) return { word: "counts-shared", records: null, byCounts: 0 };
  if (!comparison) return { word: byCounts === 0 ? "counts-equal" : "counts-differ", records: null, byCounts };
  if (comparison.changedSince) return { word: "changed-since", records: null, byCounts };
  const records = comparison.create + comparison.update + comparison.problem;
  if (records > 0) return { word: "out-of-sync", records, byCounts };
  return { word: comparison.compared ? "in-sync" : "unchecked", records, byCounts };
}

const grouped = (value: number) => Math.abs(value).toLocaleString("en-US");
const signed = (value: number) => `${value < 0 ? "-" : "+"}${grouped(value)}`;

/** A difference as a table holds it: the figure, and in a quieter tone what it is made of or rests on. */
export function differenceFigure(row: Known): { figure: string; note: string } {
  const { word, records, byCounts } = differenceOf(row);
  switch (word) {
    case "out-of-sync":
      return { figure: grouped(records ?? 0), note: differenceSigns(row.comparison) };
    case "in-sync":
      return { figure: "0", note: "in sync" };
    case "unchecked":
      return { figure: "0 missing", note: "edits not compared" };
    case "changed-since":
      return {
        figure: byCounts === 0 ? "counts equal" : `${signed(byCounts)} by counts`,
        note: "changed since compared",
      };
    case "counts-equal":
      return { figure: "counts equal", note: "not compared" };
    case "counts-shared":
      return { figure: "–", note: "not compared" };
    case "counts-differ":
      return { figure: `${signed(byCounts)} by counts`, note: "not compared" };
  }
}

/** `+25 ~3 !1`: what a difference is made of; empty where nothing differs. */
export function differenceSigns(parts: Pick<Comparison, "create" | "update" | "problem"> | null | undefined): string {
  if (!parts) return "";
  const signs = [
    ["+", parts.create],
    ["~", parts.update],
    ["!", parts.problem],
  ] as const;
  return signs.flatMap(([sign, count]) => (count > 0 ? [`${sign}${grouped(count)}`] : [])).join(" ");
}

/** A difference as a sentence. */
export function differenceSentence(row: Known): string {
  const { word, records, byCounts } = differenceOf(row);
  const fewer = `${grouped(byCounts)} ${byCounts > 0 ? "fewer" : "more"} in the target by counts`;
  switch (word) {
    case "out-of-sync":
      return records === 1
        ? "1 record differs or is missing"
        : `${grouped(records ?? 0)} records differ or are missing`;
    case "in-sync":
      return "No differences";
    case "unchecked":
      return "None missing; edits not compared";
    case "changed-since":
      return `Changed since the last comparison${byCounts === 0 ? "; counts equal" : `: ${fewer}`}`;
    case "counts-equal":
      return "Not compared; counts equal";
    case "counts-shared":
      return `Not compared; the target's count is of ${grouped(row.gathers ?? 0)} namespaces together`;
    case "counts-differ":
      return `Not compared; ${fewer}`;
  }
}

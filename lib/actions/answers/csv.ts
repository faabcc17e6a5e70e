/**
 * A cell that begins like a formula would be executed by a spreadsheet (OWASP, "CSV injection"): an apostrophe defuses it. Where a spreadsheet
 * takes semicolons or tabs for what divides cells, one may begin in the middle of a text, quoted or not.
 */
const formula = /(^|[;\t\r\n])(?=[=+\-@])|^(?=[\t\r])/g;

/** One line of CSV (RFC 4180), line end included. */
export function csvLine(cells: readonly (string | number)[]): string {
  const line = cells.map((cell) => {
    const text = typeof cell === "string" ? cell.replace(formula, "$1'") : String(cell);
    return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  return `${line.join(",")}\r\n`;
}

export const exportFormats = ["jsonl", "csv"] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** What an export is served as. */
export const exportTypes: Record<ExportFormat, string> = {
  jsonl: "application/x-ndjson; charset=utf-8",
  csv: "text/csv; charset=utf-8",
};

/**
 * Writes pages of rows as text, a page at a time, so that memory doesn't depend on their number.
 * @param columns names of the fields, in the order of the CSV's cells
 */
export async function* writeRows<R extends { [column in C]?: string | number | null }, C extends string>(
  pages: AsyncIterable<R[]>,
  format: ExportFormat,
  columns: readonly C[],
): AsyncGenerator<string> {
  if (format === "csv") yield csvLine(columns);
  for await (const rows of pages) {
    yield rows
      .map((row) =>
        format === "csv"
          ? csvLine(columns.map((column): string | number => row[column] ?? ""))
          : `${JSON.stringify(row)}\n`,
      )
      .join("");
  }
}

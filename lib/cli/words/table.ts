export type Column<R> = {
  title: string;
  /** Numbers stand right-aligned. */
  align?: "right";
  cell(row: R): string;
};

const widthOf = (text: string) => [...text].length;

function pad(text: string, width: number, align: "right" | undefined): string {
  const blanks = " ".repeat(Math.max(0, width - widthOf(text)));
  return align === "right" ? `${blanks}${text}` : `${text}${blanks}`;
}

/** Rows as aligned columns with a line of titles; a line each, without a line end after the last. */
export function table<R>(columns: readonly Column<R>[], rows: readonly R[], dim: (text: string) => string): string {
  const cells = rows.map((row) => columns.map((column) => column.cell(row)));
  const widths = columns.map((column, place) =>
    cells.reduce((widest, line) => Math.max(widest, widthOf(line[place] ?? "")), widthOf(column.title)),
  );
  const line = (texts: readonly string[]) =>
    texts
      .map((text, place) => pad(text, widths[place] ?? 0, columns[place]?.align))
      .join("  ")
      .trimEnd();
  return [dim(line(columns.map((column) => column.title))), ...cells.map(line)].join("\n");
}

/** More names than this are not chosen one by one: "all" says it shorter, and a request's size is bounded. */
export const mostNames = 10_000;
const pageSize = 500;

/** Names of a list that is read page by page, up to {@link mostNames}, in a few requests. */
export async function allNames<Row>(
  matching: number,
  read: (page: { offset: number; limit: number }) => Promise<readonly Row[]>,
  nameOf: (row: Row) => string | null,
): Promise<string[]> {
  const names: string[] = [];
  for (let offset = 0; offset < Math.min(matching, mostNames); offset += pageSize) {
    const rows = await read({ offset, limit: pageSize });
    names.push(...rows.map(nameOf).filter((name) => name !== null));
    if (rows.length < pageSize) break;
  }
  return names;
}

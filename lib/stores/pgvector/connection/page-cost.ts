/** As managed servers and those on SSDs set `random_page_cost`; the server's own, 4, is one of rotating disks. */
export const pageCost = "random_page_cost = 1.1";

/**
 * Lowers a session's `random_page_cost` to 1.1 times that of pages in a row, where it isn't as low already: the planner counts nothing for vectors that
 * stand beside their rows, so that reading all of them seems cheaper than the index.
 * @param local for the transaction at hand alone
 */
export const lowerPageCost = (local: boolean): string =>
  `SELECT set_config('random_page_cost', least(current_setting('random_page_cost')::float8, 1.1 * current_setting('seq_page_cost')::float8)::text, ${local})`;

/** Back to what the server is set to for this role and database, within a transaction. */
export const configuredPageCost = "SET LOCAL random_page_cost TO DEFAULT";

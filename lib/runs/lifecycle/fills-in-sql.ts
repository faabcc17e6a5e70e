/**
 * Whether a plan's or run's source and target are one table, whose rows get vectors of their own texts. Of SQL, over an alias of "Plan" or "Run";
 * never null.
 */
export const fillsInSql = (of: string): string =>
  `(${of}."kind" = 'reembed' AND ${of}."settings" -> 'vectors' IS NULL
    AND ${of}."settings" -> 'source' ->> 'connection' = ${of}."settings" -> 'target' ->> 'connection'
    AND ${of}."settings" -> 'source' ->> 'index' = ${of}."settings" -> 'target' ->> 'index') IS TRUE`;

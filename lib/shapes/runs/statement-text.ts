/** A statement as it is shown and copied: SQL with its end, a request as it is. */
export function statementText(statement: string): string {
  return /^[A-Z]+ \//.test(statement) ? statement : `${statement};`;
}

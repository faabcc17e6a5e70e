/** What the operator reads of records that nobody confirmed. */
export function cameSinceWords(came: number): string {
  return `${came.toLocaleString("en-US")} ${came === 1 ? "record" : "records"} came since the estimate: estimate again.`;
}

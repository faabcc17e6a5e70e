/** Bytes that an ID takes in a fetch's URL (`&ids=` and the percent-encoded ID): what `StoreLimits.fetchBytes` is spent on. */
export function fetchCost(id: string): number {
  return encodeURIComponent(id.toWellFormed()).length + "&ids=".length;
}

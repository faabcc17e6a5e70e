/** Between which bytes the IDs lie that begin with a prefix; no byte of UTF-8 is 0xff. */
export function idBounds(prefix: string): { from: Buffer; below: Buffer | null } {
  const from = Buffer.from(prefix);
  return { from, below: prefix === "" ? null : Buffer.concat([from, Buffer.from([0xff])]) };
}

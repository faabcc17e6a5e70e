/** As many batches as are written at the same time. */
const most = 6;
const spare: Buffer[] = [];

/**
 * Memory for a batch on its way, taken over from one that has arrived: fresh megabytes cost more time than what is written into them. Give it back
 * once the batch is through.
 */
export function borrowMemory(bytes: number): Buffer {
  const at = spare.findIndex(({ length }) => length >= bytes);
  const [found] = at < 0 ? [] : spare.splice(at, 1);
  return found ?? Buffer.allocUnsafeSlow(bytes);
}

export function giveBackMemory(memory: Buffer): void {
  if (spare.push(memory) > most) spare.shift();
}

import { type FailureCode, ServiceFailure } from "@/lib/failures";
import type { StoreCapabilities, VectorRecord } from "../contract";

/** Bytes that a record takes as JSON, with the comma behind it. */
export function sizeOfRecord(record: VectorRecord): number {
  return Buffer.byteLength(JSON.stringify(record)) + 1;
}

/** Refuses a whole upsert for what a real store would refuse it: nothing of it is written. */
export function accept(
  service: string,
  can: StoreCapabilities,
  { dimension, sparse }: { dimension: number; sparse: boolean },
  records: readonly VectorRecord[],
): void {
  const refuse = (code: FailureCode, message: string): never => {
    throw new ServiceFailure({ code, service, operation: "upsert", message, status: code === "too-large" ? 413 : 400 });
  };
  if (records.length > can.limits.upsertRecords) refuse("too-large", `${records.length} records in one upsert`);
  let bytes = 0;
  for (const record of records) {
    const name = JSON.stringify(record.id.slice(0, 64));
    if (record.id.length === 0 || record.id.length > can.limits.idLength) {
      refuse("invalid", `ID ${name} has ${record.id.length} characters`);
    }
    if (record.values.length !== dimension) {
      refuse(
        "invalid",
        `Vector dimension ${record.values.length} of ${name} does not match the dimension of the index ${dimension}`,
      );
    }
    if (!record.values.every(Number.isFinite)) refuse("invalid", `Vector of ${name} holds a number that isn't finite`);
    if (record.sparseValues && !sparse) refuse("invalid", `Sparse values of ${name}: this index doesn't take them`);
    const metadataBytes = Buffer.byteLength(JSON.stringify(record.metadata));
    if (metadataBytes > can.limits.metadataBytes) {
      refuse("too-large", `Metadata of ${name} is ${metadataBytes} bytes`);
    }
    bytes += sizeOfRecord(record);
  }
  if (bytes > can.limits.upsertBytes) refuse("too-large", `${bytes} bytes in one upsert`);
}

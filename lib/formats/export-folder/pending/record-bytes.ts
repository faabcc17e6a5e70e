import type { ExportHead, ExportRecord } from "../record";

const noMetadata = 0xffffffff;
const noValues = 0xffffffff;
const noSparse = 0xffffffff;
const headerBytes = 12;

/** A record without its ID as bytes: three lengths, then metadata, dense values, indices and sparse values. Little-endian, as typed arrays are. */
export function bytesOfRecord({ metadata, values, sparse }: ExportRecord): Buffer {
  const text = metadata === null ? null : Buffer.from(metadata);
  const header = Buffer.allocUnsafe(headerBytes);
  header.writeUInt32LE(text?.length ?? noMetadata, 0);
  header.writeUInt32LE(values?.length ?? noValues, 4);
  header.writeUInt32LE(sparse?.indices.length ?? noSparse, 8);
  const parts = [header, text, asBytes(values), asBytes(sparse?.indices), asBytes(sparse?.values)];
  return Buffer.concat(parts.filter((part) => part !== null));
}

export function headOfBytes(id: string, bytes: Buffer): ExportHead {
  const { metadata, dense, sparse } = lengthsIn(bytes);
  const denseEnd = headerBytes + (metadata ?? 0) + (dense ?? 0) * 4;
  return {
    id,
    metadata: metadata === null ? null : bytes.toString("utf8", headerBytes, headerBytes + metadata),
    sparse:
      sparse === null
        ? null
        : {
            indices: new Uint32Array(copied(bytes, denseEnd, sparse)),
            values: new Float32Array(copied(bytes, denseEnd + sparse * 4, sparse)),
          },
  };
}

export function recordOfBytes(id: string, bytes: Buffer): ExportRecord {
  const { metadata, dense } = lengthsIn(bytes);
  const values = dense === null ? null : new Float32Array(copied(bytes, headerBytes + (metadata ?? 0), dense));
  return { ...headOfBytes(id, bytes), values };
}

function lengthsIn(bytes: Buffer) {
  const length = (at: number, none: number) => {
    const value = bytes.readUInt32LE(at);
    return value === none ? null : value;
  };
  return { metadata: length(0, noMetadata), dense: length(4, noValues), sparse: length(8, noSparse) };
}

function asBytes(values: Float32Array | Uint32Array | undefined | null): Uint8Array | null {
  return values ? new Uint8Array(values.buffer, values.byteOffset, values.byteLength) : null;
}

/** `count` numbers of 4 bytes in a buffer of their own, where they are aligned. */
function copied(bytes: Buffer, from: number, count: number): ArrayBuffer {
  const copy = new ArrayBuffer(count * 4);
  new Uint8Array(copy).set(bytes.subarray(from, from + count * 4));
  return copy;
}

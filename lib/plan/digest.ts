import { hash } from "node:crypto";

const modulus = 1n << 128n;

/**
 * The hash of a set of changes as a sum of the changes' own hashes (128 bits of SHA-256 each): adding up chunks in any order,
 * cut in any way, gives the same. Guards against mistakes, not against somebody who crafts collisions.
 */
export class Digest {
  private sum: bigint;

  /** @param text an earlier digest to go on from, `""` for none */
  constructor(text = "") {
    this.sum = text === "" ? 0n : BigInt(`0x${text}`);
  }

  /** Adds one change. */
  add(...parts: readonly string[]): void {
    const hex = hash("sha256", JSON.stringify(parts), "hex");
    this.sum = (this.sum + BigInt(`0x${hex.slice(0, 32)}`)) % modulus;
  }

  /** Adds all of another digest's changes. */
  addAll(text: string): void {
    if (text !== "") this.sum = (this.sum + BigInt(`0x${text}`)) % modulus;
  }

  /** Takes one change away again that was added before. */
  remove(...parts: readonly string[]): void {
    const hex = hash("sha256", JSON.stringify(parts), "hex");
    this.sum = (this.sum - BigInt(`0x${hex.slice(0, 32)}`) + modulus) % modulus;
  }

  /** 32 hexadecimal digits. */
  toString(): string {
    return this.sum.toString(16).padStart(32, "0");
  }
}

export type FormatFault =
  | "foreign" // not a file of this kind
  | "truncated" // ends before what it announces
  | "malformed" // contradicts itself
  | "refused" // asks for something that a reader of data doesn't do: running code, a lossy index
  | "too-large"; // beyond what is read

/** A file that can't be read, in words for the operator. Nothing of it was executed and nothing was written. */
export class FormatError extends Error {
  readonly fault: FormatFault;

  constructor(fault: FormatFault, message: string) {
    super(message);
    this.name = "FormatError";
    this.fault = fault;
  }
}

/** A file that is being written to: another attempt may find it at rest. */
export class BusyFile extends FormatError {
  constructor(message: string) {
    super("refused", message);
    this.name = "BusyFile";
  }
}

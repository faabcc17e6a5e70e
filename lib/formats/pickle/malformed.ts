import { FormatError } from "../format-error";

export const malformed = (message: string) => new FormatError("malformed", `The pickle is damaged: ${message}.`);

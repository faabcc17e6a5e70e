import { inspect } from "node:util";

const hidden = new WeakMap<Secret, string>();

/**
 * A value that can't be printed, logged, serialised or cloned by accident: every such path answers `[secret]`.
 * Only {@link Secret.reveal}, called where a connector builds its client, gives the text.
 */
export class Secret {
  constructor(text: string) {
    hidden.set(this, text);
  }

  /** The text itself. Call it only to hand it to the service that it opens. */
  reveal(): string {
    return hidden.get(this) ?? "";
  }

  /** For the configuration page: dots and the last four characters; dots alone when it is shorter than 8. */
  masked(): string {
    const text = this.reveal();
    return text.length < 8 ? "••••••••" : `••••••••${text.slice(-4)}`;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [Symbol.toPrimitive](): string {
    return "[secret]";
  }

  [inspect.custom](): string {
    return "[secret]";
  }
}

const slot = Symbol.for("portage.openedSecrets");

/** Texts of secrets that were opened in this process or thread, whichever bundle opened them: the log blanks them out. */
export function openedSecrets(): Set<string> {
  const holder: { [slot]?: Set<string> } & typeof globalThis = globalThis;
  holder[slot] ??= new Set();
  return holder[slot];
}

import { MessageChannel, MessagePort } from "node:worker_threads";
import type { Session } from "./session";

/**
 * How threads reach the database thread: over a control port they send ports. `connect` is a new client's own port;
 * `control` is a control port for yet another thread.
 */
type Ask = { kind: "connect" | "control"; port: MessagePort };

function isAsk(message: unknown): message is Ask {
  return (
    typeof message === "object" &&
    message !== null &&
    "kind" in message &&
    (message.kind === "connect" || message.kind === "control") &&
    "port" in message &&
    message.port instanceof MessagePort
  );
}

/** Lets whoever holds the other end of `control` open connections to `session`. */
export function admit(session: Session, control: Pick<MessagePort, "on">): void {
  control.on("message", (message: unknown) => {
    if (!isAsk(message)) return;
    if (message.kind === "connect") session.serve(message.port);
    else admit(session, message.port);
  });
}

/** The end of a control port that asks: a MessagePort, or the thread itself. */
export type Control = { postMessage(message: unknown, transfer: MessagePort[]): void };

function ask(control: Control, kind: Ask["kind"]): MessagePort {
  const { port1, port2 } = new MessageChannel();
  control.postMessage({ kind, port: port2 } satisfies Ask, [port2]);
  return port1;
}

/** A port for one new client. */
export function askConnection(control: Control): MessagePort {
  return ask(control, "connect");
}

/** A control port, to be transferred to another thread. */
export function askControl(control: Control): MessagePort {
  return ask(control, "control");
}

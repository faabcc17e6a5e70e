import { OperatorError } from "@/lib/operator-error";
import type { EngineLog, EngineParts } from "@/lib/runs/lifecycle/parts";
import type { Who } from "@/lib/shapes/team/role";

/** What a verb works with: opened once per process by `lib/runtime`, never by a verb. */
export type Context = Omit<EngineParts, "workerName"> & {
  /** Tells the workers that there is something to do now. */
  wake(): Promise<void>;
  /** Who is asking: `web`, `cli:<user>`, `http`, `schedule`, or a member's address. */
  actor: string;
  /** The same with the role; left out by a process that works for itself, which may do everything. */
  who?: Who;
};

/** Structured log lines; secrets are redacted by their type. */
export type Log = EngineLog;

const slot = Symbol.for("portage.context");
type Holder = { [slot]?: Context };

/** Offers the process' context to pages and route handlers, which are bundled apart from `lib/runtime`. */
export function offerContext(context: Context): void {
  const holder: Holder & typeof globalThis = globalThis;
  holder[slot] = context;
}

/** What is said to whoever has to sign in first. */
export function notSignedIn(): OperatorError {
  return new OperatorError({
    kind: "forbidden",
    code: "not-signed-in",
    what: "Nobody is signed in.",
    notLost: "Nothing was started or changed.",
    next: "Sign in at /login, or send a token (PORTAGE_TOKEN on the command line, Authorization: Bearer over HTTP).",
  });
}

/** The process' context on behalf of `who`. Throws when nothing has opened it, and an `OperatorError` where somebody has to sign in first. */
export function contextFor(who: Who): Context {
  const holder: Holder & typeof globalThis = globalThis;
  const context = holder[slot];
  if (!context)
    throw new Error("Portage's pages need `portage serve` around them: start with `npm start` or `npm run dev`.");
  // Nothing that came past the door without a name is taken for whoever sits at this machine.
  if (context.config.login !== null && who.by === "machine") throw notSignedIn();
  return { ...context, actor: who.name, who };
}

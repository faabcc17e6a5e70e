import { OperatorError } from "@/lib/operator-error";

const unchanged = "Nothing was changed.";

/** One setting that doesn't fit, in the words of every border, so that forms find the field by its name. */
export function invalidSetting(key: string, why: string): OperatorError {
  return new OperatorError({
    kind: "usage",
    code: "invalid-input",
    what: `settings.${key} isn't valid: ${why.replace(/\.$/, "")}.`,
    notLost: "Nothing was saved.",
    next: "Correct it and try again.",
  });
}

export function noConnection(name: string): OperatorError {
  return new OperatorError({
    kind: "not-found",
    code: "connection-not-found",
    what: `There is no connection ${JSON.stringify(name)}.`,
    notLost: unchanged,
    next: "See all with `portage connections list`, or add it.",
  });
}

export function noRoute(name: string): OperatorError {
  return new OperatorError({
    kind: "not-found",
    code: "route-not-found",
    what: `There is no route ${JSON.stringify(name)}.`,
    notLost: unchanged,
    next: "See all with `portage routes list`, or add it.",
  });
}

/** @param by the variables that set it */
export function isFixed(what: "connection" | "route", name: string, by: string): OperatorError {
  return new OperatorError({
    kind: "usage",
    code: `${what}-fixed`,
    what: `The ${what} ${name} is made from the environment: it can't be added, changed or removed here.`,
    notLost: unchanged,
    next: `Set ${by} and start Portage again, or choose another name.`,
  });
}

export function isThere(what: "connection" | "route", name: string): OperatorError {
  return new OperatorError({
    kind: "usage",
    code: `${what}-exists`,
    what: `There is a ${what} ${name} already.`,
    notLost: unchanged,
    next:
      what === "route"
        ? "Choose another name, or change it on its page (/configuration/routes)."
        : `Choose another name, or change it: portage connections update ${name}.`,
  });
}

/** Somebody else was quicker. */
export function hasMoved(what: "connection" | "route", name: string): OperatorError {
  return new OperatorError({
    kind: "refused",
    code: `${what}-changed`,
    what: `The ${what} ${name} was changed or removed by somebody else meanwhile.`,
    notLost: "What they saved is kept.",
    next: "Look at it again, then save.",
  });
}

export function inUse(what: "connection" | "route", name: string, by: readonly string[]): OperatorError {
  return new OperatorError({
    kind: "refused",
    code: `${what}-in-use`,
    what: `The ${what} ${name} is in use by ${by.slice(0, 5).join(", ")}${by.length > 5 ? ` and ${by.length - 5} more` : ""}.`,
    notLost: unchanged,
    next: "Remove these first, or apply or supersede their plans.",
  });
}

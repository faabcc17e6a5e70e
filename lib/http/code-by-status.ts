import type { FailureCode } from "@/lib/failures";

/** What a status of HTTP means, whichever service answers it. */
export const codeByStatus: Readonly<Record<number, FailureCode>> = {
  400: "invalid",
  401: "auth",
  402: "not-permitted",
  403: "auth",
  404: "not-found",
  408: "timeout",
  409: "conflict",
  413: "too-large",
  422: "invalid",
  429: "throttled",
};

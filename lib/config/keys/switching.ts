import { keysOf, text, url, whole } from "./key";

const key = keysOf("Switch");

/** Where an application reads which side it is to ask, and what has to be known before that may change. */
export const switchKeys = {
  PORTAGE_SWITCH_DIR: key(
    "PORTAGE_SWITCH_DIR",
    text,
    "",
    "a folder",
    "Where `portage switch` writes ROUTE.json and ROUTE.env for the application. Empty: the folder switch in PORTAGE_DATA_DIR.",
  ),
  PORTAGE_SWITCH_HOOK: key(
    "PORTAGE_SWITCH_HOOK",
    text,
    "",
    "a command of the shell",
    "Run after a switch, as `systemctl reload app`; PORTAGE_SWITCH_FILE, _ENV, _ROUTE, _TO, _BACKEND and _GENERATION tell it what happened. It has 60 s.",
    true,
  ),
  PORTAGE_SWITCH_WEBHOOK: key(
    "PORTAGE_SWITCH_WEBHOOK",
    text.refine((value) => value === "" || url.safeParse(value.split("?")[0] ?? "").success),
    "",
    "an http:// or https:// address",
    "Told of each switch, signed with PORTAGE_WEBHOOK_SECRET.",
    true,
  ),
  PORTAGE_VERDICT_HOURS: key(
    "PORTAGE_VERDICT_HOURS",
    whole(1, 8760),
    "24",
    "a whole number of hours from 1 to 8760",
    "How old the verdict may be on which the application is switched to the target.",
  ),
  PORTAGE_DIFFERENCES_MINUTES: key(
    "PORTAGE_DIFFERENCES_MINUTES",
    whole(1, 525_600),
    "60",
    "a whole number of minutes from 1 to 525600",
    "How long ago the last differences may have been looked for, or applied, when the application is switched.",
  ),
  PORTAGE_CANARY_MINUTES: key(
    "PORTAGE_CANARY_MINUTES",
    whole(0, 1440),
    "15",
    "a whole number of minutes from 0 to 1440",
    "How often the server asks the canary of each route whose application is on the target, by questions that embed nothing. 0: only when it is asked for.",
  ),
} as const;

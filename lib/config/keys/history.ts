import { keysOf, optionalWhole, whole } from "./key";

const key = keysOf("Portage");
const expects = "a whole number above 0, or unlimited";

/** How much of its own history Portage keeps. What is still open, or stands for something, stays whatever these say. */
export const historyKeys = {
  PORTAGE_HISTORY_DAYS: key(
    "PORTAGE_HISTORY_DAYS",
    optionalWhole,
    "180",
    expects,
    "Days that ended runs are kept with their findings, logs and plans; also scheduled runs, readings, webhook messages and gates.",
  ),
  PORTAGE_HISTORY_RUNS: key(
    "PORTAGE_HISTORY_RUNS",
    optionalWhole,
    "5000",
    expects,
    "Ended runs that are kept, the newest; older ones go with their findings and plans.",
  ),
  PORTAGE_HISTORY_FINDINGS: key(
    "PORTAGE_HISTORY_FINDINGS",
    optionalWhole,
    "1000000",
    expects,
    "Findings that are kept in all: beyond it the oldest ended runs go, those with findings that are open stay.",
  ),
  PORTAGE_HISTORY_DETAIL_DAYS: key(
    "PORTAGE_HISTORY_DETAIL_DAYS",
    optionalWhole,
    "30",
    expects,
    "Days that an ended run's log lines and throughput are kept; its timeline stays as long as the run.",
  ),
  PORTAGE_HISTORY_READINGS: key(
    "PORTAGE_HISTORY_READINGS",
    optionalWhole,
    "400",
    expects,
    "Readings of how many records of a namespace were out of sync that are kept, the newest.",
  ),
  PORTAGE_HISTORY_MESSAGES: key(
    "PORTAGE_HISTORY_MESSAGES",
    optionalWhole,
    "500",
    expects,
    "Scheduled runs and webhook messages of each schedule that are kept, the newest.",
  ),
  PORTAGE_AUDIT_DAYS: key(
    "PORTAGE_AUDIT_DAYS",
    optionalWhole,
    "1095",
    expects,
    "Days that the audit trail is kept: longer than history.",
  ),
  PORTAGE_LOG_MB: key(
    "PORTAGE_LOG_MB",
    whole(1, 10_000),
    "20",
    "megabytes, 1 to 10000",
    "Size at which portage.log turns over, also while Portage runs.",
  ),
  PORTAGE_LOG_FILES: key(
    "PORTAGE_LOG_FILES",
    whole(1, 100),
    "5",
    "a number from 1 to 100",
    "Files of the log that are kept, the one that is written included.",
  ),
  PORTAGE_LOG_DAYS: key(
    "PORTAGE_LOG_DAYS",
    whole(1, 3650),
    "30",
    "days, 1 to 3650",
    "Days that files of the log are kept.",
  ),
} as const;

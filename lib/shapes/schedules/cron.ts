/** croner reads a date as "once, then", and names such as `@daily`: neither is five fields of cron. */
export const isFiveFields = (cron: string) => /^\s*\S+(\s+\S+){4}\s*$/.test(cron);

/** What was done, as the audit trail names it (`applyPlan`), in words: `Apply plan`. */
export function actWords(act: string): string {
  const words = act.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

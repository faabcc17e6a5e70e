export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** How this reader wants the app to look and answer; kept in a cookie, so that the first paint is already right. */
export type Preferences = { theme: Theme; sidebar: "wide" | "narrow"; keys: "on" | "off" };

export const preferenceCookie = "portage-preferences";

/** The cookie's text: parts joined by dots, which need no escaping. */
export function preferenceText({ theme, sidebar, keys }: Preferences): string {
  return [theme, sidebar, keys].join(".");
}

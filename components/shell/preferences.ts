import { z } from "zod";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** How this reader wants the app to look and answer; kept in a cookie, so that the first paint is already right. */
export type Preferences = { theme: Theme; sidebar: "wide" | "narrow"; keys: "on" | "off" };

const schema = z.object({
  theme: z.enum(themes).catch("system"),
  sidebar: z.enum(["wide", "narrow"]).catch("wide"),
  keys: z.enum(["on", "off"]).catch("on"),
});

export const preferenceCookie = "portage-preferences";

/** Reads the cookie's text; anything odd falls back to the defaults. */
export function parsePreferences(text: string | undefined): Preferences {
  const [theme, sidebar, keys] = (text ?? "").split(".");
  return schema.parse({ theme, sidebar, keys });
}

/** The cookie's text: parts joined by dots, which need no escaping. */
export function preferenceText({ theme, sidebar, keys }: Preferences): string {
  return [theme, sidebar, keys].join(".");
}

import { z } from "zod";
import { type Preferences, themes } from "./preferences";

const schema = z.object({
  theme: z.enum(themes).catch("system"),
  sidebar: z.enum(["wide", "narrow"]).catch("wide"),
  keys: z.enum(["on", "off"]).catch("on"),
});

/** Reads the cookie's text; anything odd falls back to the defaults. */
export function parsePreferences(text: string | undefined): Preferences {
  const [theme, sidebar, keys] = (text ?? "").split(".");
  return schema.parse({ theme, sidebar, keys });
}

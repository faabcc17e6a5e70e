import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { DataProvider } from "@/components/data/provider";
import { parsePreferences } from "@/components/shell/parse-preferences";
import { preferenceCookie } from "@/components/shell/preferences";
import { PreferencesProvider } from "@/components/shell/preferences-provider";
import { Shell } from "@/components/shell/shell";
import { defaultRoute } from "@/lib/shapes/routes/route";
import { Prefetched } from "./prefetch";
import { accountRead, routesRead } from "./reads";
import "./globals.css";
import { asking, isBeforeLogin } from "./who-asks";

export const metadata: Metadata = {
  title: { default: "Portage", template: "%s · Portage" },
  description: "Plan, review and apply migrations of vector indexes",
  icons: { icon: { url: "/icon.svg", type: "image/svg+xml" } },
};

export const viewport: Viewport = {
  colorScheme: "light dark",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#fafbfb" },
    { media: "(prefers-color-scheme: dark)", color: "#0f1213" },
  ],
};

/** Everything shown depends on the running process: no page is rendered ahead of time. */
export const dynamic = "force-dynamic";

export default async function RootLayout({ children }: { children: ReactNode }) {
  const preferences = parsePreferences((await cookies()).get(preferenceCookie)?.value);
  const before = await isBeforeLogin();
  const { mode, route } = before ? { mode: "live" as const, route: defaultRoute } : (await asking()).config;
  return (
    <html
      lang="en"
      data-theme={preferences.theme === "system" ? undefined : preferences.theme}
      className={`${GeistSans.variable} ${GeistMono.variable}`}
    >
      <body>
        <PreferencesProvider initial={preferences}>
          <DataProvider route={route}>
            {before ? (
              children
            ) : (
              <Prefetched reads={[routesRead, accountRead]}>
                <Shell sandbox={mode === "sandbox"}>{children}</Shell>
              </Prefetched>
            )}
          </DataProvider>
        </PreferencesProvider>
      </body>
    </html>
  );
}

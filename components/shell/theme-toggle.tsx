"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Named } from "@/components/ui/hint";
import { type Theme, themes } from "./preferences";
import { usePreferences } from "./preferences-provider";

const looks: Record<Theme, { icon: typeof Sun; label: string }> = {
  system: { icon: Monitor, label: "System theme" },
  light: { icon: Sun, label: "Light theme" },
  dark: { icon: Moon, label: "Dark theme" },
};

export function nextTheme(theme: Theme): Theme {
  return themes[(themes.indexOf(theme) + 1) % themes.length] ?? "system";
}

export function ThemeToggle() {
  const { preferences, change } = usePreferences();
  const { icon: Icon, label } = looks[preferences.theme];
  return (
    <Named name={label} keys="t">
      <Button
        look="quiet"
        square
        aria-label={`${label}. Change theme`}
        onClick={() => change({ theme: nextTheme(preferences.theme) })}
      >
        <Icon aria-hidden className="size-4" />
      </Button>
    </Named>
  );
}

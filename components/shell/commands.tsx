"use client";

import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";

/** Something that can be done, wherever it is asked for: by key, from the palette, or by its button. */
export type Command = {
  id: string;
  title: string;
  group: "Go to" | "This page" | "Portage";
  /** One key (`r`) or two in a row (`g d`). */
  keys?: string;
  /** Other words that find it in the palette. */
  words?: readonly string[];
  run(): void;
};

type Registry = {
  commands: readonly Command[];
  add(commands: readonly Command[]): () => void;
};

const RegistryContext = createContext<Registry>({ commands: [], add: () => () => undefined });

export function CommandsProvider({ children }: { children: ReactNode }) {
  const [sets, setSets] = useState<readonly (readonly Command[])[]>([]);
  const registry = useMemo<Registry>(
    () => ({
      commands: sets.flat(),
      add(commands) {
        setSets((before) => [...before, commands]);
        return () => setSets((before) => before.filter((each) => each !== commands));
      },
    }),
    [sets],
  );
  return <RegistryContext value={registry}>{children}</RegistryContext>;
}

export function useCommandList(): readonly Command[] {
  return useContext(RegistryContext).commands;
}

/**
 * Offers commands while the component is on the page. Their `run` may change with every render;
 * the palette hears of it only when the list of IDs or titles does.
 */
export function useCommands(commands: readonly Command[]): void {
  const { add } = useContext(RegistryContext);
  const latest = useRef(commands);
  const adding = useRef(add);
  useEffect(() => {
    latest.current = commands;
    adding.current = add;
  });
  const signature = commands.map(({ id, title, keys }) => `${id} ${title} ${keys ?? ""}`).join("\n");
  useEffect(() => {
    if (signature === "") return;
    return adding.current(
      latest.current.map((command) => ({
        ...command,
        run: () => latest.current.find(({ id }) => id === command.id)?.run(),
      })),
    );
  }, [signature]);
}

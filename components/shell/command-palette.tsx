"use client";

import { Command as Palette } from "cmdk";
import { Dialog } from "radix-ui";
import { useEffect, useState } from "react";
import { useGo } from "@/components/data/use-go";
import { useDebounced } from "@/components/ui/debounced";
import { commandScore } from "./command-score";
import { type Command, useCommandList } from "./commands";
import { useFound } from "./found";

const groups: Command["group"][] = ["This page", "Go to", "Portage"];
const heading =
  "[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-quiet";
const row =
  "flex h-9 cursor-pointer items-center gap-3 rounded-sm px-3 data-[selected=true]:bg-accent-wash aria-disabled:opacity-60";

/** Everything that can be done, found by typing. A namespace's ID that is typed or pasted is looked up. */
export function CommandPalette({ open, onOpenChange }: { open: boolean; onOpenChange(open: boolean): void }) {
  const commands = useCommandList();
  const go = useGo();
  const [typed, setTyped] = useState("");
  const [selected, setSelected] = useState("");
  const close = () => {
    onOpenChange(false);
    setTyped("");
    setSelected("");
  };
  const name = typed.trim();
  const found = useFound(useDebounced(name, 150));
  const first = found[0]?.id;
  useEffect(() => {
    // What is found comes after the typing: it goes before looking up a name that may not exist, not before a command that fits.
    if (first !== undefined) setSelected((now) => (/^(found |namespace |$)/.test(now) ? `found ${first}` : now));
  }, [first]);
  return (
    <Dialog.Root open={open} onOpenChange={(next) => (next ? onOpenChange(true) : close())}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Content className="fixed inset-x-3 top-[12vh] z-50 mx-auto max-w-140 animate-enter overflow-hidden rounded-md border border-line bg-raised shadow-float">
          <Dialog.Title className="sr-only">Search or jump to</Dialog.Title>
          <Dialog.Description className="sr-only">
            Type to find a page or an action, or part of the name or ID of a namespace, run or plan.
          </Dialog.Description>
          <Palette label="Search or jump to" loop filter={commandScore} value={selected} onValueChange={setSelected}>
            <Palette.Input
              autoFocus
              value={typed}
              onValueChange={setTyped}
              placeholder="A page, an action, or part of a namespace, run or plan"
              className="h-11 w-full border-b border-line bg-transparent px-4 outline-none"
            />
            <Palette.List className="max-h-[50dvh] overflow-y-auto p-1.5" aria-label="Results">
              {groups.map((group) => {
                const shown = commands.filter((command) => command.group === group);
                if (shown.length === 0) return null;
                return (
                  <Palette.Group key={group} heading={group} className={heading}>
                    {shown.map((command) => (
                      <Palette.Item
                        key={command.id}
                        value={command.title}
                        keywords={[...(command.words ?? [])]}
                        onSelect={() => {
                          close();
                          command.run();
                        }}
                        className={row}
                      >
                        <span className="min-w-0 flex-1 truncate">{command.title}</span>
                        {command.keys && <kbd className="font-mono text-xs text-quiet">{command.keys}</kbd>}
                      </Palette.Item>
                    ))}
                  </Palette.Group>
                );
              })}
              {found.length > 0 && (
                <Palette.Group forceMount heading="Found" className={heading}>
                  {found.map(({ id, what, name, note, href }) => (
                    <Palette.Item
                      key={id}
                      forceMount
                      value={`found ${id}`}
                      onSelect={() => {
                        close();
                        go(href);
                      }}
                      className={row}
                    >
                      <span className="w-20 shrink-0 text-xs text-quiet">{what}</span>
                      <span className="min-w-0 flex-1 truncate font-mono text-[12.5px]">{name}</span>
                      <span className="shrink-0 text-xs text-quiet">{note}</span>
                    </Palette.Item>
                  ))}
                </Palette.Group>
              )}
              {name !== "" && (
                <Palette.Group forceMount>
                  <Palette.Item
                    forceMount
                    value={`namespace ${name}`}
                    onSelect={() => {
                      close();
                      go(`/namespaces?search=${encodeURIComponent(name)}`);
                    }}
                    className={row}
                  >
                    <span className="min-w-0 truncate">
                      Look up namespace <span className="font-mono text-[12.5px]">{name}</span>
                    </span>
                  </Palette.Item>
                </Palette.Group>
              )}
            </Palette.List>
          </Palette>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

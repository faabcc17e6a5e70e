"use client";

import { useState } from "react";
import { SearchField } from "@/components/ui/field";
import { CopyButton } from "@/components/ui/identifier";
import { Section } from "@/components/ui/page-head";
import { Empty } from "@/components/ui/states";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { manyWords } from "@/components/words/figures";
import type { SettingView } from "@/lib/shapes/overview";

const originWords: Record<SettingView["origin"], string> = {
  environment: "environment",
  file: ".env file",
  default: "default",
  sandbox: "sandbox",
};

function SettingRow({ setting }: { setting: SettingView }) {
  return (
    <Row>
      <Cell className="align-top">
        <span className="flex items-center gap-1">
          <span className="font-mono text-[12.5px] wrap-anywhere">{setting.key}</span>
          <CopyButton text={setting.key} what={`the name ${setting.key}`} />
        </span>
      </Cell>
      <Cell className="align-top font-mono text-[12.5px] wrap-anywhere">
        {setting.value ?? <span className="font-sans text-sm text-quiet">empty</span>}
        {setting.secret && setting.value !== null && <span className="sr-only"> (secret, masked)</span>}
      </Cell>
      <Cell className={setting.origin === "default" ? "align-top text-quiet" : "align-top font-medium"}>
        {originWords[setting.origin]}
      </Cell>
      <Cell className="hidden align-top text-quiet md:table-cell">{setting.description}</Cell>
    </Row>
  );
}

/** Every setting in force, in its group; set in the environment or in `.env`, never here. */
export function Settings({ settings }: { settings: readonly SettingView[] }) {
  const [search, setSearch] = useState("");
  const wanted = search.trim().toLowerCase();
  const shown = settings.filter((setting) =>
    [setting.key, setting.value ?? "", setting.description, setting.group].some((text) =>
      text.toLowerCase().includes(wanted),
    ),
  );
  const groups = [...new Set(shown.map((setting) => setting.group))];
  const changed = settings.filter((setting) => setting.origin !== "default").length;
  return (
    <Section
      title="Settings"
      note={`${manyWords(changed, "setting")} differ${changed === 1 ? "s" : ""} from the default. Change them in the environment or in .env, then start Portage again.`}
    >
      <SearchField label="Search settings" value={search} onChange={setSearch} className="mb-4 max-w-80" />
      {groups.length === 0 && (
        <Empty title="No setting matches">Search by a part of its name, value or description.</Empty>
      )}
      <div className="grid gap-5">
        {groups.map((group) => (
          <section key={group} aria-label={group}>
            <h3 className="mb-1.5 text-sm font-medium text-quiet">{group}</h3>
            <Table label={`${group} settings`} className="table-fixed">
              <thead>
                <tr>
                  <HeadCell className="w-[46%] sm:w-72">Setting</HeadCell>
                  <HeadCell>Value</HeadCell>
                  <HeadCell className="w-28">From</HeadCell>
                  <HeadCell className="hidden w-[38%] md:table-cell">What it does</HeadCell>
                </tr>
              </thead>
              <tbody>
                {shown
                  .filter((setting) => setting.group === group)
                  .map((setting) => (
                    <SettingRow key={setting.key} setting={setting} />
                  ))}
              </tbody>
            </Table>
          </section>
        ))}
      </div>
    </Section>
  );
}

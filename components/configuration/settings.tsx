"use client";

import { Fragment, useState } from "react";
import { SearchField } from "@/components/ui/field";
import { CopyButton } from "@/components/ui/identifier";
import { Section } from "@/components/ui/page-head";
import { Empty } from "@/components/ui/states";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { countWords, manyWords } from "@/components/words/figures";
import type { SettingView } from "@/lib/shapes/overview";

const originWords: Record<SettingView["origin"], string> = {
  environment: "environment",
  file: ".env file",
  default: "default",
  sandbox: "sandbox",
};

function SettingValue({ setting }: { setting: SettingView }) {
  if (setting.value === null) return <span className="text-quiet">empty</span>;
  return (
    <span className="font-mono text-[12.5px] wrap-anywhere">
      {setting.value}
      {setting.secret && <span className="sr-only"> (secret, masked)</span>}
    </span>
  );
}

function SettingRow({ setting }: { setting: SettingView }) {
  return (
    <Row>
      <Cell className="align-top">
        <span className="flex items-center gap-1">
          <span className="font-mono text-[12.5px] wrap-anywhere">
            {setting.key.split("_").map((word, at) => (
              <Fragment key={word + at.toString()}>
                {at > 0 && (
                  <>
                    _<wbr />
                  </>
                )}
                {word}
              </Fragment>
            ))}
          </span>
          <CopyButton text={setting.key} what={`the name ${setting.key}`} />
        </span>
        <span className="block sm:hidden">
          <SettingValue setting={setting} />
        </span>
      </Cell>
      <Cell className="hidden align-top sm:table-cell">
        <SettingValue setting={setting} />
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
  const changed = settings.filter(({ origin }) => origin === "environment" || origin === "file").length;
  const bySandbox = settings.filter(({ origin }) => origin === "sandbox").length;
  return (
    <Section
      title="Settings"
      note={`${manyWords(changed, "setting")} changed${bySandbox > 0 ? `, ${countWords(bySandbox)} set by sandbox mode` : ""}. Change them in the environment or in .env, then start Portage again.`}
    >
      <SearchField label="Search settings" value={search} onChange={setSearch} className="mb-4 max-w-80" />
      {groups.length === 0 && (
        <Empty title="No setting matches">Search by a part of its name, value or description.</Empty>
      )}
      {groups.length > 0 && (
        <Table label="Settings" className="table-fixed">
          <thead>
            <tr>
              <HeadCell className="sm:w-84">
                Setting<span className="sm:hidden"> and value</span>
              </HeadCell>
              <HeadCell className="hidden sm:table-cell">Value</HeadCell>
              <HeadCell className="w-28">From</HeadCell>
              <HeadCell className="hidden w-[34%] md:table-cell">What it does</HeadCell>
            </tr>
          </thead>
          {groups.map((group) => (
            <tbody key={group} className="border-b border-line last:border-b-0">
              <tr className="border-b border-line bg-sunken">
                <th scope="rowgroup" colSpan={2} className="h-8 px-3 text-left text-sm font-semibold">
                  {group}
                </th>
                {/* The columns that only wider windows have: a wider span would make them where they are hidden. */}
                <td className="hidden sm:table-cell" />
                <td className="hidden md:table-cell" />
              </tr>
              {shown
                .filter((setting) => setting.group === group)
                .map((setting) => (
                  <SettingRow key={setting.key} setting={setting} />
                ))}
            </tbody>
          ))}
        </Table>
      )}
    </Section>
  );
}

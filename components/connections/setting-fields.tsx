"use client";

import type { UseFormRegister } from "react-hook-form";
import { Field, Input, Select } from "@/components/ui/field";
import type { KindView } from "@/lib/shapes/routes/kind";

export type SettingTexts = Record<string, string>;
type KindField = KindView["fields"][number];

const named = /^settings\.(\w+) isn't valid: (.*)$/s;
const ofKey = new Set(["wrong-key", "not-permitted"]);
const ofAddress = new Set(["unreachable", "timeout", "untrusted-certificate", "malformed"]);

/** Which setting a refusal is about, and its words there: the one that it names, else the key or the address that a test found wrong. */
export function refusedSettings(
  fields: readonly KindField[],
  refused: { code: string | null; what: string } | null,
): SettingTexts {
  if (refused === null) return {};
  const [, key, why] = named.exec(refused.what) ?? [];
  if (key !== undefined && why !== undefined) return { [key]: why };
  const code = refused.code ?? "";
  const about = ofKey.has(code)
    ? fields.find(({ secret }) => secret)
    : ofAddress.has(code)
      ? fields.find(({ address, path }) => address || path)
      : undefined;
  return about ? { [about.key]: refused.what } : {};
}

/** The settings of a kind as a form, made from its own description. Secrets go one way: what is kept is never shown. */
export function SettingFields({
  fields,
  register,
  wrong,
  kept,
}: {
  fields: readonly KindField[];
  register: UseFormRegister<SettingTexts>;
  wrong: SettingTexts;
  /** Of a connection that is changed: what is kept of its secrets, masked. */
  kept: Record<string, string>;
}) {
  return (
    <>
      {fields.map((field) => (
        <Field
          key={field.key}
          label={
            field.required || field.fallback !== null || kept[field.key] !== undefined
              ? field.label
              : `${field.label} (optional)`
          }
          hint={hintOf(field, kept[field.key])}
          wrong={wrong[field.key]}
        >
          {(props) =>
            field.type === "choice" ? (
              <Select {...props} className="w-full" {...register(field.key)}>
                {field.choices.map((choice) => (
                  <option key={choice} value={choice}>
                    {choice}
                  </option>
                ))}
              </Select>
            ) : field.type === "boolean" ? (
              <Select {...props} className="w-full" {...register(field.key)}>
                <option value="true">Yes</option>
                <option value="false">No</option>
              </Select>
            ) : (
              <Input
                {...props}
                type={field.secret ? "password" : "text"}
                autoComplete={field.secret ? "new-password" : "off"}
                inputMode={field.type === "number" ? "numeric" : "text"}
                placeholder={kept[field.key] ?? field.placeholder ?? undefined}
                {...register(field.key)}
              />
            )
          }
        </Field>
      ))}
    </>
  );
}

function hintOf({ help, secret, path }: KindField, kept: string | undefined): string {
  if (secret && kept !== undefined) return `${help} Leave it empty to keep the one that is saved.`;
  if (secret) return `${help} Or env:NAME, for a variable where Portage runs.`;
  return path ? `${help} It must lie below PORTAGE_FOLDERS.` : help;
}

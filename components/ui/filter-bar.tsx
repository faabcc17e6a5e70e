import type { ReactNode } from "react";
import { SearchField, Select } from "./field";

/** A search box that takes the room there is, and beside it what else narrows a list. */
export function FilterBar({
  label,
  search,
  onSearch,
  children,
}: {
  /** What is searched, read aloud and shown as the placeholder. */
  label: string;
  search: string;
  onSearch(search: string): void;
  children?: ReactNode;
}) {
  return (
    <div className="mb-3 flex flex-wrap gap-2">
      <SearchField label={label} value={search} onChange={onSearch} className="min-w-0 flex-1 basis-64" />
      {children}
    </div>
  );
}

/** A list of which one is chosen, or `any` of them where that is given: `null`. What is chosen is always one of them; none is empty. */
export function SelectOne<Name extends string>({
  label,
  of,
  title,
  value,
  any,
  onChange,
  className,
}: {
  label: string;
  of: readonly Name[];
  title(name: Name): string;
  value: Name | null;
  any?: string;
  onChange(name: Name | null): void;
  className?: string;
}) {
  return (
    <Select
      aria-label={label}
      {...(className ? { className } : {})}
      value={value ?? ""}
      onChange={(event) => onChange(of.find((name) => name === event.target.value) ?? null)}
    >
      {any !== undefined && <option value="">{any}</option>}
      {of.map((name) => (
        <option key={name} value={name}>
          {title(name)}
        </option>
      ))}
    </Select>
  );
}

import { Cell, HeadCell } from "./table";

/** The heading of the column of boxes. */
export function ChooseHead() {
  return (
    <HeadCell className="w-10">
      <span className="sr-only">Chosen</span>
    </HeadCell>
  );
}

/** The box of a row that can be chosen; the row's own keys and clicks choose too, so it isn't in the way of the Tab key. All of its cell is the box's. */
export function ChooseCell({
  label,
  chosen,
  disabled = false,
  onChoose,
}: {
  /** What the box does, for those who hear the page; `null`: this row can't be chosen. */
  label: string | null;
  chosen: boolean;
  disabled?: boolean;
  onChoose(): void;
}) {
  return (
    <Cell onClick={(event) => event.stopPropagation()}>
      {label !== null && (
        <label className="-mx-3 -my-1 grid min-h-8 place-items-center">
          <input
            type="checkbox"
            tabIndex={-1}
            checked={chosen}
            disabled={disabled}
            aria-label={label}
            onChange={onChoose}
            className="block"
          />
        </label>
      )}
    </Cell>
  );
}

/** What is to be migrated: every namespace of the source, or those named. */
export type Choice = { all: true } | { all: false; names: readonly string[] };

export function isChosen(choice: Choice, name: string): boolean {
  return choice.all || choice.names.includes(name);
}

/** Chooses a name or takes it back; from all of them, it narrows down to the one. */
export function toggle(choice: Choice, name: string): Choice {
  if (choice.all) return { all: false, names: [name] };
  return choice.names.includes(name)
    ? { all: false, names: choice.names.filter((each) => each !== name) }
    : { all: false, names: [...choice.names, name] };
}

export function add(choice: Choice, names: readonly string[]): Choice {
  if (choice.all) return choice;
  return { all: false, names: [...new Set([...choice.names, ...names])] };
}

export function isEmpty(choice: Choice): boolean {
  return !choice.all && choice.names.length === 0;
}

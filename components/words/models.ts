import type { HeldModels } from "@/lib/shapes/namespaces/namespaces";
import { countWords } from "./figures";

/** `gemini-embedding-001 (3,072); 12 of a model that isn't known`: how many of each is said where there are several. */
export function heldModelsWords({ known, unknown, marked }: HeldModels): string {
  if (known.length === 0 && marked && marked.models.length > 0) {
    const each = marked.models.map(
      ({ model, dimension, records }) => `${countWords(records)} by ${model} (${countWords(dimension)})`,
    );
    return `by the marks of ${countWords(marked.looked)} records: ${each.join("; ")}`;
  }
  if (known.length === 0) return "not known: Portage didn't write them";
  const alone = known.length === 1 && unknown === 0;
  const parts = known.map(({ model, dimension, task, vectors }) => {
    const twice = known.filter((one) => one.model === model && one.dimension === dimension).length > 1;
    return `${alone ? "" : `${countWords(vectors)} by `}${model} (${countWords(dimension)}${twice ? `, ${task}` : ""})`;
  });
  return [...parts, ...(unknown > 0 ? [`${countWords(unknown)} by a model that isn't known`] : [])].join("; ");
}

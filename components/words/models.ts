import type { HeldModels } from "@/lib/shapes/namespaces/namespaces";
import { countWords } from "./figures";

/** `gemini-embedding-001 (3,072)`, or `5 vectors by gemini-embedding-001 (3,072); 12 by a model that isn't known` where there are several. */
export function heldModelsWords({ known, unknown, marked }: HeldModels): string {
  if (known.length === 0 && marked && marked.models.length > 0) {
    const each = marked.models.map(
      ({ model, dimension, records }) => `${countWords(records)} by ${model} (${countWords(dimension)})`,
    );
    return `by the marks of ${countWords(marked.looked)} records: ${each.join("; ")}`;
  }
  if (known.length === 0) return "not known: Portage didn't write them";
  const alone = known.length === 1 && unknown === 0;
  const parts = known.map(({ model, dimension, task, vectors }, at) => {
    const twice = known.filter((one) => one.model === model && one.dimension === dimension).length > 1;
    return `${alone ? "" : `${countWords(vectors)} ${at === 0 ? (vectors === 1 ? "vector " : "vectors ") : ""}by `}${model} (${countWords(dimension)}${twice ? `, ${task}` : ""})`;
  });
  return [...parts, ...(unknown > 0 ? [`${countWords(unknown)} by a model that isn't known`] : [])].join("; ");
}

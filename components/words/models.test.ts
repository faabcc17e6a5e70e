import { expect, test } from "vitest";
import { heldModelsWords } from "./models";

const made = (model: string, vectors: number) => ({ model, vectors, dimension: 3072, task: "RETRIEVAL_DOCUMENT" });

test("names the model, how many are of each where there are several, and what isn't known", () => {
  expect(heldModelsWords({ known: [made("gemini-embedding-001", 5)], unknown: 0 })).toBe(
    "gemini-embedding-001 (3,072)",
  );
  expect(heldModelsWords({ known: [made("gemini-embedding-001", 1500)], unknown: 2 })).toBe(
    "1,500 vectors by gemini-embedding-001 (3,072); 2 by a model that isn't known",
  );
  expect(heldModelsWords({ known: [], unknown: 2 })).toBe("not known: Portage didn't write them");
});

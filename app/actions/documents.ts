"use server";

import { addMapping, addMappingInput } from "@/lib/actions/documents/add-mapping";
import { countDocuments, countDocumentsInput } from "@/lib/actions/documents/count-documents";
import { answer } from "./answer";

/** Adds the field to the mapping of the indexes that don't know it. */
export async function mapField(input: unknown) {
  return answer(addMappingInput, input, addMapping);
}

/** Documents of some namespaces with and without the field, and by value: there may be more names than an address holds. */
export async function countLevels(input: unknown) {
  return answer(countDocumentsInput, input, countDocuments);
}

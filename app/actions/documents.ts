"use server";

import { verbs } from "@/lib/actions/verbs/registry";
import { answer } from "./answer";

/** Adds the field to the mapping of the indexes that don't know it. */
export async function mapField(input: unknown) {
  return answer(verbs.addMapping, input);
}

/** Documents of some namespaces with and without the field, and by value: there may be more names than an address holds. */
export async function countLevels(input: unknown) {
  return answer(verbs.countDocuments, input);
}

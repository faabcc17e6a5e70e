import { searchAnswerSchema } from "@/lib/shapes/cut-over/search";
import { verb } from "../verbs/verb";
import { searchInput, searchRoute } from "./search-route";

/** Searching both sides: the part of the registry. */
export const searchVerbs = {
  searchRoute: verb({
    method: "POST",
    kind: "read",
    name: "searchRoute",
    role: "operator",
    summary:
      "One question to both ends of a route, by a text, a record or a vector, each with vectors of its own model.",
    path: "/search",
    input: searchInput,
    output: searchAnswerSchema,
    run: searchRoute,
  }),
};

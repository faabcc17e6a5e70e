import { z } from "zod";
import { fieldName, readTextFields, textFieldsForm } from "@/lib/shapes/routes/index-fields";
import { field } from "../kind";
import { projectSettings } from "../pinecone/settings";

/** What an operator says of a Pinecone project's document indexes: the fields are those of an index that is made. */
export const settings = z.strictObject({
  ...projectSettings,
  vectorField: field(fieldName().default("embedding"), {
    label: "Vector field",
    help: "Of an index that is made: the field that holds the vectors. Final once it is made.",
  }),
  sparseField: field(fieldName().optional(), {
    label: "Sparse field",
    help: "Of an index that is made: the field for sparse values. Left out, it takes none, for good.",
  }),
  textFields: field(
    z
      .string()
      .max(8000)
      .refine((text) => readTextFields(text) !== null, `write ${textFieldsForm}`)
      .default(""),
    {
      label: "Full-text fields",
      help: "Of an index that is made: metadata keys whose text is searched, as text(en, stemming), title(de). Final once it is made.",
      placeholder: "text(en, stemming), title",
    },
  ),
});
export type DocumentSettings = Pick<z.infer<typeof settings>, "vectorField" | "sparseField" | "textFields">;

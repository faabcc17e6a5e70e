import { expect, test } from "vitest";
import { failureSentence } from "./failures";

test("a failure is a whole sentence in an operator's words, whatever the service's own end with", () => {
  const of = (operation: string, message: string) => failureSentence({ service: "Pinecone", operation, message });
  expect(of("listIds", "Pinecone answered 400: no such thing")).toBe(
    "Pinecone list IDs failed: Pinecone answered 400: no such thing.",
  );
  expect(of("embed", "Please retry in 40.2s.")).toBe("Pinecone embed failed: Please retry in 40.2s.");
  expect(of("fetchRecords", "What?")).toBe("Pinecone fetch records failed: What?");
});

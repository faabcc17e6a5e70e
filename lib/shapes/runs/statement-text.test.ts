import { expect, test } from "vitest";
import { statementText } from "./statement-text";

test("SQL is shown with its end, a request to a service without one", () => {
  expect(statementText('ANALYZE "a"')).toBe('ANALYZE "a";');
  expect(statementText('POST /indexes {"name":"a"}')).toBe('POST /indexes {"name":"a"}');
});

import type { Operation } from "./matrix-run.suite";

/**
 * What a service does wrong x what an operation becomes: state, verdict or error, what was counted, exit code. `-` stands where the operation makes no such
 * request ({@link notAsked} says why). A dry run exits 0 with records that can't be migrated: the plan names them.
 * Records of the target that Portage didn't write are compared in part: a migration leaves them alone (five of them differ here), and their vectors
 * aren't embedded again unless that is asked for.
 */
const table = `
source.list | quota of zero | failed: not-permitted, exit 3 | failed: not-permitted, exit 3 | failed: not-permitted, exit 3 | - | failed: not-permitted, exit 3
source.list | HTML page | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3 | - | failed: malformed, exit 3
source.list | plain text | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3 | - | failed: malformed, exit 3
source.list | 200 with an error body | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3 | - | failed: malformed, exit 3
source.list | empty listing | failed: listing-empty, exit 3 | failed: listing-empty, exit 3 | failed: listing-empty, exit 3 | - | failed: listing-empty, exit 3
source.list | short listing | succeeded-with-findings, 0 to create, 28 only in the target, short listing, exit 1 | succeeded-with-findings, not-verified, exit 1 | succeeded-with-findings, 0 to create, 2 to update, 28 only in the target, short listing, exit 1 | - | succeeded-with-findings, not-verified, exit 1
source.list | pages in circles | failed: endless, exit 3 | failed: endless, exit 3 | failed: endless, exit 3 | - | failed: endless, exit 3
source.list | ready too early | succeeded, 30 to create, exit 0 | succeeded, compared-in-part, 30 written, exit 0 | succeeded, 30 to create, 5 to update, exit 0 | - | succeeded, compared-in-part, exit 0
source.list | all refused | failed: invalid, exit 3 | failed: invalid, exit 3 | failed: invalid, exit 3 | - | failed: invalid, exit 3
source.fetch | answers without records | succeeded-with-findings, 0 to create, 30 problems, exit 0 | succeeded-with-findings, incomplete, 30 skipped, exit 1 | succeeded-with-findings, 0 to create, 60 problems, exit 0 | succeeded-with-findings, incomplete, 35 drifted, exit 1 | succeeded-with-findings, not-verified, 60 failed, exit 1
source.fetch | one poisoned | succeeded-with-findings, 29 to create, 1 problems, exit 0 | succeeded-with-findings, incomplete, 29 written, 1 skipped, exit 1 | succeeded-with-findings, 29 to create, 5 to update, 1 problems, exit 0 | succeeded-with-findings, incomplete, 34 written, 1 skipped, exit 1 | succeeded-with-findings, not-verified, 1 failed, exit 1
source.fetch | one poisoned, HTML page | succeeded-with-findings, 29 to create, 1 problems, exit 0 | succeeded-with-findings, incomplete, 29 written, 1 skipped, exit 1 | succeeded-with-findings, 29 to create, 5 to update, 1 problems, exit 0 | succeeded-with-findings, incomplete, 34 written, 1 skipped, exit 1 | succeeded-with-findings, not-verified, 1 failed, exit 1
source.fetch | ready too early | succeeded, 30 to create, exit 0 | succeeded, compared-in-part, 30 written, exit 0 | succeeded, 30 to create, 5 to update, exit 0 | succeeded, verified, 35 written, exit 0 | succeeded, compared-in-part, exit 0
source.fetch | all refused | failed: refused-throughout, exit 3 | failed: refused-throughout, exit 3 | failed: refused-throughout, exit 3 | failed: refused-throughout, exit 3 | failed: refused-throughout, exit 3
source.fetch | quota of zero | failed: not-permitted, exit 3 | failed: not-permitted, exit 3 | failed: not-permitted, exit 3 | failed: not-permitted, exit 3 | failed: not-permitted, exit 3
source.fetch | HTML page | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3
source.fetch | plain text | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3
source.fetch | 200 with an error body | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3
source.stats | count of nothing | succeeded, 30 to create, exit 0 | succeeded, compared-in-part, 30 written, exit 0 | succeeded, 30 to create, 5 to update, exit 0 | succeeded, verified, 35 written, exit 0 | succeeded, compared-in-part, exit 0
source.stats | count of more | succeeded-with-findings, 30 to create, short listing, exit 1 | succeeded-with-findings, not-verified, 30 written, exit 1 | succeeded-with-findings, 30 to create, 5 to update, short listing, exit 1 | succeeded, verified, 35 written, exit 0 | succeeded-with-findings, not-verified, exit 1
source.stats | ready too early | succeeded, 30 to create, exit 0 | succeeded, compared-in-part, 30 written, exit 0 | succeeded, 30 to create, 5 to update, exit 0 | succeeded, verified, 35 written, exit 0 | succeeded, compared-in-part, exit 0
source.stats | all refused | failed: invalid, exit 3 | failed: invalid, exit 3 | failed: invalid, exit 3 | failed: invalid, exit 3 | failed: invalid, exit 3
source.stats | quota of zero | failed: not-permitted, exit 3 | failed: not-permitted, exit 3 | failed: not-permitted, exit 3 | failed: not-permitted, exit 3 | failed: not-permitted, exit 3
source.stats | HTML page | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3
source.stats | plain text | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3
source.stats | 200 with an error body | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3
target.list | empty listing | failed: listing-empty, exit 3 | failed: listing-empty, exit 3 | failed: listing-empty, exit 3 | - | failed: listing-empty, exit 3
target.list | short listing | succeeded-with-findings, 58 to create, short listing, exit 1 | succeeded-with-findings, not-verified, 30 written, exit 1 | succeeded-with-findings, 58 to create, 2 to update, short listing, exit 1 | - | succeeded-with-findings, not-verified, 58 failed, exit 1
target.list | pages in circles | failed: endless, exit 3 | failed: endless, exit 3 | failed: endless, exit 3 | - | failed: endless, exit 3
target.list | ready too early | succeeded, 30 to create, exit 0 | succeeded, compared-in-part, 30 written, exit 0 | succeeded, 30 to create, 5 to update, exit 0 | - | succeeded, compared-in-part, exit 0
target.list | all refused | failed: invalid, exit 3 | failed: invalid, exit 3 | failed: invalid, exit 3 | - | failed: invalid, exit 3
target.list | quota of zero | failed: not-permitted, exit 3 | failed: not-permitted, exit 3 | failed: not-permitted, exit 3 | - | failed: not-permitted, exit 3
target.list | HTML page | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3 | - | failed: malformed, exit 3
target.list | plain text | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3 | - | failed: malformed, exit 3
target.list | 200 with an error body | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3 | - | failed: malformed, exit 3
target.fetch | answers without records | - | succeeded-with-findings, not-verified, 30 written, exit 1 | succeeded-with-findings, 30 to create, 30 problems, exit 0 | succeeded-with-findings, not-verified, 30 written, 5 drifted, exit 1 | succeeded-with-findings, not-verified, 60 failed, exit 1
target.fetch | one poisoned | - | succeeded-with-findings, incomplete, 29 written, 1 skipped, exit 1 | succeeded-with-findings, 30 to create, 5 to update, 1 problems, exit 0 | succeeded-with-findings, incomplete, 34 written, 1 skipped, exit 1 | succeeded-with-findings, not-verified, 2 failed, exit 1
target.fetch | one poisoned, HTML page | - | succeeded-with-findings, incomplete, 29 written, 1 skipped, exit 1 | succeeded-with-findings, 30 to create, 5 to update, 1 problems, exit 0 | succeeded-with-findings, incomplete, 34 written, 1 skipped, exit 1 | succeeded-with-findings, not-verified, 2 failed, exit 1
target.fetch | ready too early | - | succeeded, compared-in-part, 30 written, exit 0 | succeeded, 30 to create, 5 to update, exit 0 | succeeded, verified, 35 written, exit 0 | succeeded, compared-in-part, exit 0
target.fetch | all refused | - | failed: refused-throughout, exit 3 | failed: refused-throughout, exit 3 | failed: refused-throughout, exit 3 | failed: refused-throughout, exit 3
target.fetch | quota of zero | - | failed: not-permitted, exit 3 | failed: not-permitted, exit 3 | failed: not-permitted, exit 3 | failed: not-permitted, exit 3
target.fetch | HTML page | - | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3
target.fetch | plain text | - | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3
target.fetch | 200 with an error body | - | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3
target.stats | count of nothing | succeeded, 30 to create, exit 0 | succeeded, compared-in-part, 30 written, exit 0 | succeeded, 30 to create, 5 to update, exit 0 | succeeded, verified, 35 written, exit 0 | succeeded, compared-in-part, exit 0
target.stats | count of more | succeeded-with-findings, 30 to create, short listing, exit 1 | succeeded-with-findings, not-verified, 30 written, exit 1 | succeeded-with-findings, 30 to create, 5 to update, short listing, exit 1 | succeeded, verified, 35 written, exit 0 | succeeded-with-findings, not-verified, exit 1
target.stats | ready too early | succeeded, 30 to create, exit 0 | succeeded, compared-in-part, 30 written, exit 0 | succeeded, 30 to create, 5 to update, exit 0 | succeeded, verified, 35 written, exit 0 | succeeded, compared-in-part, exit 0
target.stats | all refused | failed: invalid, exit 3 | failed: invalid, exit 3 | failed: invalid, exit 3 | failed: invalid, exit 3 | failed: invalid, exit 3
target.stats | quota of zero | failed: not-permitted, exit 3 | failed: not-permitted, exit 3 | failed: not-permitted, exit 3 | failed: not-permitted, exit 3 | failed: not-permitted, exit 3
target.stats | HTML page | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3
target.stats | plain text | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3
target.stats | 200 with an error body | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3
target.upsert | confirms nothing | - | failed: malformed, exit 3 | - | failed: malformed, exit 3 | -
target.upsert | one poisoned | - | succeeded-with-findings, incomplete, 29 written, 1 failed, exit 1 | - | succeeded-with-findings, incomplete, 34 written, 1 failed, exit 1 | -
target.upsert | one refused | - | succeeded-with-findings, incomplete, 29 written, 1 failed, exit 1 | - | succeeded-with-findings, incomplete, 34 written, 1 failed, exit 1 | -
target.upsert | ready too early | - | succeeded, compared-in-part, 30 written, exit 0 | - | succeeded, verified, 35 written, exit 0 | -
target.upsert | all refused | - | failed: refused-throughout, exit 3 | - | failed: refused-throughout, exit 3 | -
target.upsert | quota of zero | - | failed: not-permitted, exit 3 | - | failed: not-permitted, exit 3 | -
target.upsert | HTML page | - | failed: malformed, exit 3 | - | failed: malformed, exit 3 | -
target.upsert | plain text | - | failed: malformed, exit 3 | - | failed: malformed, exit 3 | -
target.upsert | 200 with an error body | - | failed: malformed, exit 3 | - | failed: malformed, exit 3 | -
embed | answers without vectors | - | failed: malformed, exit 3 | - | failed: malformed, exit 3 | -
embed | one poisoned | - | succeeded-with-findings, incomplete, 29 written, 1 failed, exit 1 | - | succeeded-with-findings, incomplete, 34 written, 1 failed, exit 1 | -
embed | one poisoned, {} | - | succeeded-with-findings, incomplete, 29 written, 1 failed, exit 1 | - | succeeded-with-findings, incomplete, 34 written, 1 failed, exit 1 | -
embed | one poisoned, half an answer | - | succeeded-with-findings, incomplete, 29 written, 1 failed, exit 1 | - | succeeded-with-findings, incomplete, 34 written, 1 failed, exit 1 | -
embed | one refused | - | succeeded-with-findings, incomplete, 29 written, 1 failed, exit 1 | - | succeeded-with-findings, incomplete, 34 written, 1 failed, exit 1 | -
embed | ready too early | - | succeeded, compared-in-part, 30 written, exit 0 | - | succeeded, verified, 35 written, exit 0 | -
embed | all refused | - | failed: refused-throughout, exit 3 | - | failed: refused-throughout, exit 3 | -
embed | quota of zero | - | failed: not-permitted, exit 3 | - | failed: not-permitted, exit 3 | -
embed | HTML page | - | failed: malformed, exit 3 | - | failed: malformed, exit 3 | -
embed | plain text | - | failed: malformed, exit 3 | - | failed: malformed, exit 3 | -
embed | 200 with an error body | - | failed: malformed, exit 3 | - | failed: malformed, exit 3 | -
source.list | a page again | failed: disorder, exit 3 | failed: disorder, exit 3 | failed: disorder, exit 3 | - | failed: disorder, exit 3
target.list | a page again | failed: disorder, exit 3 | failed: disorder, exit 3 | failed: disorder, exit 3 | - | failed: disorder, exit 3
embed.count | 200 with an error body | succeeded, 30 to create, exit 0 | succeeded, compared-in-part, 30 written, exit 0 | succeeded, 30 to create, 5 to update, exit 0 | succeeded, verified, 35 written, exit 0 | -
embed.count | HTML page | succeeded, 30 to create, exit 0 | succeeded, compared-in-part, 30 written, exit 0 | succeeded, 30 to create, 5 to update, exit 0 | succeeded, verified, 35 written, exit 0 | -
embed.count | all refused | succeeded, 30 to create, exit 0 | succeeded, compared-in-part, 30 written, exit 0 | succeeded, 30 to create, 5 to update, exit 0 | succeeded, verified, 35 written, exit 0 | -
embed.count | answers without a count | succeeded, 30 to create, exit 0 | succeeded, compared-in-part, 30 written, exit 0 | succeeded, 30 to create, 5 to update, exit 0 | succeeded, verified, 35 written, exit 0 | -
embed.count | counts more than is there | succeeded, 30 to create, exit 0 | succeeded, compared-in-part, 30 written, exit 0 | succeeded, 30 to create, 5 to update, exit 0 | succeeded, verified, 35 written, exit 0 | -
embed.count | counts nothing | succeeded, 30 to create, exit 0 | succeeded, compared-in-part, 30 written, exit 0 | succeeded, 30 to create, 5 to update, exit 0 | succeeded, verified, 35 written, exit 0 | -
embed.count | plain text | succeeded, 30 to create, exit 0 | succeeded, compared-in-part, 30 written, exit 0 | succeeded, 30 to create, 5 to update, exit 0 | succeeded, verified, 35 written, exit 0 | -
embed.count | quota of zero | succeeded, 30 to create, exit 0 | succeeded, compared-in-part, 30 written, exit 0 | succeeded, 30 to create, 5 to update, exit 0 | succeeded, verified, 35 written, exit 0 | -
control | 200 with an error body | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3 | - | failed: malformed, exit 3
control | HTML page | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3 | - | failed: malformed, exit 3
control | all refused | failed: invalid, exit 3 | failed: invalid, exit 3 | failed: invalid, exit 3 | - | failed: invalid, exit 3
control | no such index | failed: not-found, exit 3 | failed: not-found, exit 3 | failed: not-found, exit 3 | - | failed: not-found, exit 3
control | plain text | failed: malformed, exit 3 | failed: malformed, exit 3 | failed: malformed, exit 3 | - | failed: malformed, exit 3
control | quota of zero | failed: not-permitted, exit 3 | failed: not-permitted, exit 3 | failed: not-permitted, exit 3 | - | failed: not-permitted, exit 3
control | ready too early | succeeded, 30 to create, exit 0 | succeeded, compared-in-part, 30 written, exit 0 | succeeded, 30 to create, 5 to update, exit 0 | - | succeeded, compared-in-part, exit 0
`;

const columns: Operation[] = ["estimate", "re-embed", "mirror plan", "apply", "verify"];

/** The table's fields of an operation and a service, by trouble. */
export function expectedOf(operation: Operation, service: string): Record<string, string> {
  const rows = table
    .trim()
    .split("\n")
    .map((row) => row.split(" | "));
  const at = columns.indexOf(operation) + 2;
  return Object.fromEntries(
    rows.flatMap(([of, trouble = "", ...rest]) => (of === service ? [[trouble, rest[at - 2] ?? ""]] : [])),
  );
}

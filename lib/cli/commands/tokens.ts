import { verbs } from "@/lib/actions/verbs/registry";
import { exitCodes, OperatorError } from "@/lib/operator-error";
import { roles } from "@/lib/shapes/team/role";
import type { TokenView } from "@/lib/shapes/team/team";
import { oneOf } from "../option-values";
import { type CommonOptions, wholeNumber } from "../options";
import { Terminal } from "../terminal";
import { withTransport } from "../transport";
import { table } from "../words/table";
import { moment } from "../words/words";

const stateOf = ({ revokedAt, expiresAt }: TokenView) =>
  revokedAt !== null ? "revoked" : Date.parse(expiresAt) < Date.now() ? "expired" : "works";

/** `portage tokens list`. */
export async function listTokens(options: CommonOptions): Promise<number> {
  const terminal = new Terminal(options);
  const { tokens } = await withTransport({ works: false }, (transport) => transport.call(verbs.listTokens, {}));
  terminal.document({ tokens });
  for (const token of tokens) terminal.line(token);
  if (terminal.form !== "text") return exitCodes.done;
  if (tokens.length === 0) terminal.text("There are no tokens.");
  else
    terminal.text(
      table<TokenView>(
        [
          { title: "TOKEN", cell: ({ id }) => id },
          { title: "NAME", cell: ({ name }) => name },
          { title: "ROLE", cell: ({ role }) => role },
          { title: "STATE", cell: stateOf },
          { title: "MADE BY", cell: ({ createdBy }) => createdBy },
          { title: "EXPIRES", cell: ({ expiresAt }) => moment(expiresAt) },
          { title: "LAST USED", cell: ({ lastUsedAt }) => moment(lastUsedAt) },
        ],
        tokens,
        terminal.dim,
      ),
    );
  return exitCodes.done;
}

/** `portage tokens add NAME --role ROLE`: the token alone stands on stdout. */
export async function addToken(
  name: string,
  options: CommonOptions & { role?: string; days?: string },
): Promise<number> {
  const terminal = new Terminal(options);
  const role = oneOf("--role", options.role, roles);
  if (!role)
    throw new OperatorError({
      kind: "usage",
      code: "role-missing",
      what: "A token needs a role.",
      notLost: "No token was made.",
      next: `Name one with --role: ${roles.join(", ")}.`,
    });
  const days = wholeNumber("--days", options.days, 1, 366) ?? 90;
  const made = await withTransport({ works: false }, (transport) =>
    transport.call(verbs.addToken, { name, role, days }),
  );
  terminal.document(made);
  terminal.text(made.token);
  terminal.note("It can't be read again. Put it into PORTAGE_TOKEN of whoever is to use it.");
  return exitCodes.done;
}

/** `portage tokens revoke ID`. */
export async function revokeToken(id: string, options: CommonOptions): Promise<number> {
  const terminal = new Terminal(options);
  const answer = await withTransport({ works: false }, (transport) => transport.call(verbs.revokeToken, { id }));
  terminal.document(answer);
  terminal.text(`${id} is revoked.`);
  return exitCodes.done;
}

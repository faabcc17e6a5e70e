import { z } from "zod";
import { roles } from "../names";

export { includesRole, type Role, roles } from "../names";
export const roleSchema = z.enum(roles);

/** Who asks: known from a session, from a token, or as whoever sits at this machine; never from what the request says of itself. */
export const whoSchema = z.object({
  /** As plans, runs and the audit trail remember it: `web`, `cli:<user>`, `http`, or a member's address. */
  name: z.string(),
  role: roleSchema,
  /** How it came: `machine` without a login, else by `session` or by `token`; `process` is Portage itself. */
  by: z.enum(["machine", "session", "token", "process"]),
  /** The member's or the token's ID; empty without one. */
  id: z.string(),
  /** Where the request came from. */
  address: z.string(),
});
export type Who = z.infer<typeof whoSchema>;

/** How the server in front tells what stands behind who asks: it takes away what came from outside under this name. */
export const whoHeader = "x-portage-who";

/** What that header holds where nobody had to sign in for what is asked. */
export const nobody = "nobody";

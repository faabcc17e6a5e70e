/** Where the accounts' own routes are. */
export const accountsPath = "/api/auth";
/** The server in front writes the peer's address here, after it took away what came from outside. */
export const addressHeader = "x-portage-address";

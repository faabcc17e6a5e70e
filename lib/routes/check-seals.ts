import { isOperatorError } from "@/lib/operator-error";
import { connectionRows } from "./connection-rows";
import { type RouteParts, readConnection } from "./open-connection";

/**
 * Opens every connection once, as a server starts: what only an older key opens is sealed by the new one, and what can't be opened is said
 * at once. Nothing is asked of a service, and one that can't be opened holds up no other.
 */
export async function checkSeals(parts: RouteParts, warn: (words: string) => void): Promise<void> {
  for (const { name } of await connectionRows(parts)) {
    try {
      await readConnection(parts, name);
    } catch (error) {
      if (!isOperatorError(error)) throw error;
      warn(`The connection ${name} can't be opened. ${error.what} ${error.notLost} ${error.next}`);
    }
  }
}

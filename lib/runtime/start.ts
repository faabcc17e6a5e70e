import { exitCodeOf, exitCodes, isOperatorError } from "@/lib/operator-error";
import { serve } from "./serve";

/** Entry of `npm start` and `npm run dev`: serves, and says in words when it can't. Answers the exit code. */
export async function start(options: { dev: boolean }): Promise<number> {
  try {
    return await serve(options);
  } catch (error) {
    if (!isOperatorError(error)) {
      process.stderr.write(`Portage can't start: ${error instanceof Error ? error.stack : String(error)}\n`);
      return exitCodes.failed;
    }
    process.stderr.write(`Portage can't start. ${error.what}\n${error.notLost}\n${error.next}\n`);
    return exitCodeOf[error.kind];
  }
}

import { isServiceFailure, ServiceFailure } from "@/lib/failures";
import { errorCode } from "@/lib/formats/export-folder/refuse";
import { failureOfFiles } from "../files/file-failure";
import { refusal, service } from "./capabilities";

/** Makes a call and translates what goes wrong in it. A cancelled call says so, whatever it broke off with. */
export async function translated<Answer>(
  { operation, signal }: { operation: string; signal?: AbortSignal | undefined },
  work: () => Promise<Answer>,
): Promise<Answer> {
  const aborted = () => refusal("aborted", operation, "The call was cancelled");
  if (signal?.aborted) throw aborted();
  try {
    return await work();
  } catch (error) {
    if (signal?.aborted) throw aborted();
    throw isFull(error) ? full(operation, error) : failureOfFiles(service, operation, error);
  }
}

/** LMDB says it in words only. */
const isFull = (error: unknown) =>
  !isServiceFailure(error) &&
  (["ENOSPC", "EDQUOT"].includes(errorCode(error) ?? "") ||
    (error instanceof Error && /no space left|quota exceeded/i.test(error.message)));

function full(operation: string, cause: unknown): ServiceFailure {
  return new ServiceFailure({
    code: "unavailable",
    service,
    operation,
    message: `${service}: the disk is full`,
    next: "Free space on it: what was written so far is kept.",
    cause,
  });
}

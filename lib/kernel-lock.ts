import { closeSync, fstatSync, openSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { z } from "zod";

type TryLock = (fd: number) => boolean;
const library = z.object({ tryLock: z.custom<TryLock>((value) => typeof value === "function") });

/** `null` where there is no build of it for this system. */
function loadTryLock(): TryLock | null {
  try {
    return library.parse(createRequire(import.meta.url)("fs-native-extensions")).tryLock;
  } catch {
    return null;
  }
}

let tryLock: TryLock | null | undefined;

/** A lock that the kernel keeps for as long as this process has the file open, however the process ends. */
export type KernelLock = { release(): void };

const failure = z.object({ code: z.string() });
const codeOf = (error: unknown) => failure.safeParse(error).data?.code ?? "";

/** Of the operating system: this file system keeps no locks. */
const unsupported = ["ENOLCK", "EOPNOTSUPP", "ENOTSUP", "ENOSYS", "EINVAL"];

/**
 * Takes a folder's lock. `taken`: another process has it, also one of another container or, over NFS, of another machine. `unsupported`: this file
 * system or this platform keeps no locks, so nothing is known. The file is never removed: whoever removes it may lock another of the same name.
 */
export function takeKernelLock(folder: string): KernelLock | "taken" | "unsupported" {
  tryLock ??= loadTryLock();
  if (tryLock === null) return "unsupported";
  const file = path.join(folder, "lock");
  for (;;) {
    const fd = openSync(file, "a+", 0o600);
    try {
      if (!tryLock(fd)) {
        closeSync(fd);
        return "taken";
      }
    } catch (error) {
      closeSync(fd);
      if (unsupported.includes(codeOf(error))) return "unsupported";
      throw error;
    }
    if (statSync(file, { throwIfNoEntry: false })?.ino === fstatSync(fd).ino) return { release: () => closeSync(fd) };
    closeSync(fd);
  }
}

import type { z } from "zod";
import { isArchive, mayBelongToStore } from "@/lib/formats/inspect/kinds-of-file";
import { FilesRefused, type FormBody, receiveFiles } from "@/lib/http/receive-files";
import { OperatorError } from "@/lib/operator-error";
import { makeScratchFolder } from "@/lib/scratch-folder";
import { droppedFiles } from "@/lib/shapes/routes/dropped-files";
import { type Inspection, inspectionSchema } from "@/lib/shapes/routes/inspection";
import type { Context } from "../verbs/context";
import { parseInput } from "../verbs/parse-input";
import type { AnyUpload, VerbOptions } from "../verbs/verb";
import { inspectInput } from "./inspect";
import { connectedMeter } from "./inspect-meter";
import { inspectPath } from "./inspect-path";

const input = inspectInput.pick({ embedder: true, to: true });
/** Sent at the same time: each may take its whole room on the disk. */
const mostAtOnce = 2;
let atOnce = 0;

/** Looks at files that come with the request, as at a folder of this machine: kept for as long as they are read, and for nobody else. */
export const inspectFiles: AnyUpload = {
  name: "inspectFiles",
  role: "operator",
  summary:
    "What files hold that are sent as form data: up to 256 MB and 500 files, a name with slashes for what lies in folders. They are removed once they are read.",
  path: "/inspect/files",
  input,
  output: inspectionSchema,
  receive: async (ctx, raw, body, options) => inspectReceived(ctx, parseInput(input, raw), body, options),
};

async function inspectReceived(
  ctx: Context,
  named: z.infer<typeof input>,
  body: FormBody,
  { signal }: VerbOptions,
): Promise<Inspection> {
  if (atOnce >= mostAtOnce) throw refusal("busy", "Other files are being looked at.", "Try again in a minute.");
  atOnce++;
  try {
    const meter = await connectedMeter(ctx, named);
    const folder = await makeScratchFolder();
    try {
      const { files, refused } = await receive(body, folder.path);
      if (files === 0)
        throw refusal(
          "no-files-of-stores",
          refused[0] === undefined ? "No files came." : `${refused[0].path}: ${refused[0].words}.`,
          `Send what belongs together: ${known}.`,
        );
      const inspection = await inspectPath(folder.path, meter, { ...(signal ? { signal } : {}) });
      // Nothing can be moved from files that are gone a moment later.
      const stores = inspection.stores.map((store) => ({ ...store, opens: null }));
      const unreadable = [
        ...refused.map(({ path: at, words }) => ({ path: at, fault: "foreign", words: `It wasn't read: ${words}.` })),
        ...inspection.unreadable,
      ];
      return { ...inspection, path: "the files that were sent", stores, unreadable };
    } finally {
      await folder.remove();
    }
  } finally {
    atOnce--;
  }
}

const known =
  "chroma.sqlite3 with its folders, .index or .faiss with its pickles, .pkl, .json, .jsonl, .csv, .tsv or .parquet";

function receive(body: FormBody, folder: string) {
  return receiveFiles(body, folder, droppedFiles, (name) => {
    if (isArchive(name)) return "an archive isn't opened; unpack it, and send the folder that it held";
    return mayBelongToStore(name) ? null : "it is of no kind that is read";
  }).catch((error: unknown) => {
    throw error instanceof FilesRefused ? refusedWhole[error.why]() : error;
  });
}

const megabytes = droppedFiles.bytes / 1_000_000;
const elsewhere = "Put them below one of PORTAGE_FOLDERS and name their path, or use `portage inspect` beside them.";
const refusedWhole: Record<FilesRefused["why"], () => OperatorError> = {
  "too-large": () => refusal("files-too-large", `The files have more than ${megabytes} MB together.`, elsewhere),
  "too-many": () => refusal("too-many-files", `There are more than ${droppedFiles.files} files.`, elsewhere),
  "not-files": () => refusal("not-files", "No files came as form data.", "Send them as multipart/form-data."),
  "broken-off": () => refusal("files-broken-off", "The files broke off before their end.", "Send them again."),
};

const refusal = (code: string, what: string, next: string): OperatorError =>
  new OperatorError({ kind: "usage", code, what, notLost: "Nothing was kept.", next });

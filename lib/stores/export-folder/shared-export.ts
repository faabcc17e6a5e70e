import type { ExportContent } from "@/lib/formats/export-folder/manifest";
import type { ExportRecord } from "@/lib/formats/export-folder/record";
import { Moments, MovedUnderway } from "../files/moments";
import { exportWriter, madeNow, takeStanding, type View } from "./view";

/** One folder as a process writes it: for all stores that are open at it. Finishing stands alone; everything else goes side by side. */
export class SharedExport {
  readonly #root: string;
  readonly #moments: Moments<View>;
  readonly #beside = new Set<Promise<unknown>>();
  #alone: Promise<unknown> = Promise.resolve();
  /** How often writing was begun here: what was looked at before is out of date. */
  #begun = 0;
  users = 0;

  constructor(root: string) {
    this.#root = root;
    this.#moments = new Moments(async () => {
      const begun = this.#begun;
      const view = await takeStanding(root);
      return { ...view, stands: async () => begun === this.#begun && (await view.stands()) };
    });
  }

  read<Answer>(work: (view: View) => Promise<Answer>): Promise<Answer> {
    return this.#withOthers(() => this.#moments.use(true, work));
  }

  /** Begins an export, durably; answers what stands there already instead. */
  begin(content: ExportContent): Promise<ExportContent | null> {
    return this.#byItself(async () => {
      const standing = await this.#moments.use(true, async ({ writer, finished }) => writer ?? finished);
      if (standing !== null) return standing.content;
      await this.#beginWriting(content);
      return null;
    });
  }

  /** @throws MovedUnderway when another process ends what is written to, again and again: the records are to be written again */
  async write(namespace: string, records: (content: ExportContent) => ExportRecord[]) {
    for (;;) {
      const written = await this.#withOthers(() =>
        this.#moments.use(true, async (view) => {
          const { writer } = view;
          if (writer === null) return null;
          const answer = await writer.write(namespace, records(writer.content));
          if (!(await view.stands())) throw new MovedUnderway();
          return answer;
        }),
      );
      if (written !== null) return written;
      const isThere = await this.#byItself(async () => {
        const { finished, writer } = await this.#moments.use(true, async (view) => view);
        if (finished !== null) await this.#beginWriting(finished.content);
        return finished !== null || writer !== null;
      });
      if (!isThere) return null;
    }
  }

  /**
   * Leaves a finished export that has all of the namespace, and others as they were finished before.
   * Answers `false` where there is none to finish.
   */
  finish(namespace: string, signal: AbortSignal | undefined): Promise<boolean> {
    return this.#byItself(() =>
      this.#moments.use(true, async ({ writer, finished }) => {
        if (writer === null) return finished !== null;
        const isFinished = !writer.hasPending(namespace) && writer.hasManifest;
        if (!isFinished) await writer.finish({ namespaces: [namespace], ...(signal && { signal }) });
        return true;
      }),
    );
  }

  async close(): Promise<void> {
    await this.#byItself(() => this.#moments.close());
  }

  async #beginWriting(content: ExportContent): Promise<void> {
    const writer = await (await exportWriter()).open(this.#root, content, madeNow());
    await writer.close();
    this.#begun++;
  }

  async #withOthers<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    // Several may come to stand alone while the first is waited for; from the last look on, nothing is waited for.
    for (let waited: Promise<unknown> | null = null; waited !== this.#alone; ) {
      waited = this.#alone;
      await waited;
    }
    const done = work();
    const entry = done.catch(() => {});
    this.#beside.add(entry);
    entry.then(() => this.#beside.delete(entry));
    return done;
  }

  #byItself<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const done = this.#alone.then(async () => {
      await Promise.all(this.#beside);
      return work();
    });
    this.#alone = done.catch(() => {});
    return done;
  }
}

const slot = Symbol.for("portage.exportFolders");
type Holder = { [slot]?: Map<string, SharedExport> };

function open(): Map<string, SharedExport> {
  const holder: Holder & typeof globalThis = globalThis;
  holder[slot] ??= new Map();
  return holder[slot];
}

/** The folder as this process has it open, also across bundles. Let it go in the end. */
export function shareExport(root: string): SharedExport {
  const shared = open().get(root) ?? new SharedExport(root);
  open().set(root, shared);
  shared.users++;
  return shared;
}

export async function leaveExport(root: string, shared: SharedExport): Promise<void> {
  shared.users--;
  if (shared.users > 0) return;
  open().delete(root);
  await shared.close();
}

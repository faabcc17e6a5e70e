import { OperatorError } from "@/lib/operator-error";
import type { Settling } from "./apply-batch";

/** Documents of so many requests, and so many of them, refused before anything was taken: it isn't the documents. */
const batchesAlike = 3;
const documentsAlike = 100;
/** A run over fewer documents than that has ended before it could be told: so many, and all of them. */
const fewestInAll = 5;

/**
 * What a server refused of a run of which it took nothing yet. At once it can't be known whether it is the documents, so their findings
 * are kept back until something is taken, or all has been tried.
 */
export class Refusals {
  private held: (readonly Settling[])[] = [];
  private documents = 0;

  /**
   * @param taken the server has taken something before: refusals are about their documents
   * @param settle writes outcomes down
   */
  constructor(
    private readonly site: { service: string; taken: boolean; settle: (settled: readonly Settling[]) => void },
  ) {}

  /** Something got through. */
  taken(): void {
    this.site.taken = true;
    this.letGo();
  }

  /** Documents of one request were refused one by one. @throws OperatorError once it can't be them */
  refused(settled: readonly Settling[]): void {
    if (this.site.taken) {
      this.site.settle(settled);
      return;
    }
    this.held.push(settled);
    this.documents += settled.length;
    if (this.held.length >= batchesAlike && this.documents >= documentsAlike) throw this.throughout();
  }

  /** All was tried. @throws OperatorError when nothing was taken, and it were too many for chance */
  end(): void {
    if (this.documents >= fewestInAll) throw this.throughout();
    this.letGo();
  }

  private letGo(): void {
    const held = this.held;
    this.held = [];
    this.documents = 0;
    for (const settled of held) this.site.settle(settled);
  }

  private throughout(): OperatorError {
    const { errand, ended } = this.held[0]?.[0] ?? {};
    const index = errand?.key.index ?? "the index";
    return new OperatorError({
      kind: "failed",
      code: "refused-throughout",
      what: `${this.site.service} refuses every update of ${index}, whatever the document: ${ended?.finding?.detail.replace(/\.$/, "")}.`,
      notLost: "Nothing was written. The documents stay to be done; none of them is counted as failed.",
      next: "Change what the server's words name (mapping, settings of the index, rights of the key; see `portage doctor`), then resume the run.",
    });
  }
}

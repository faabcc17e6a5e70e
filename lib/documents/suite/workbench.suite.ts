import { randomUUID } from "node:crypto";
import { isServiceFailure } from "@/lib/failures";
import type { DocumentHead, DocumentIndex, Page, Selection, Update } from "../contract";

/** What the suite runs against: the connector, and bare requests to make what it finds there. */
export type Subject = {
  documents: DocumentIndex;
  /** One request to the server, its body parsed. Answers of any status. */
  ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  close(): Promise<void>;
};

export const field = "clearance_level";
export const keepAliveMs = 60_000;
export const everything: Selection = { field, namespaceField: "namespace", namespaces: "all", where: "any" };
export const missing: Selection = { ...everything, where: "missing" };
export const properties = {
  namespace: { type: "keyword" },
  clearance_level: { type: "integer" },
  text: { type: "text" },
};

export const toLevel = (head: DocumentHead, value: number | string = 1): Update => ({ ...head, value });

/** The code that the work fails with, or `none`. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (isServiceFailure(error)) return error.code;
    throw error;
  }
  return "none";
}

const pathOf = (index: string, id: string) => `/${index}/_doc/${encodeURIComponent(id)}`;

/** Makes indexes with names of their own and documents in them, looks at them behind the connector's back, and removes them at the end. */
export class Workbench {
  readonly prefix = `portage-suite-${randomUUID().slice(0, 8)}`;
  readonly #made: string[] = [];
  #subject: Subject | null = null;

  constructor(readonly start: () => Promise<Subject>) {}

  async open(): Promise<void> {
    this.#subject = await this.start();
  }

  async close(): Promise<void> {
    for (const index of this.#made) await this.ask("DELETE", `/${index}`);
    await this.subject.close();
  }

  get subject(): Subject {
    if (this.#subject === null) throw new Error("The suite hasn't begun");
    return this.#subject;
  }

  get documents(): DocumentIndex {
    return this.subject.documents;
  }

  ask: Subject["ask"] = (...request) => this.subject.ask(...request);

  /** A request that must succeed. */
  must = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await this.ask(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };

  /** Makes an index and answers its name. */
  create = async (mappings: object = { properties }, settings: object = {}): Promise<string> => {
    const index = `${this.prefix}-${this.#made.length}`;
    this.#made.push(index);
    await this.must("PUT", `/${index}`, { mappings, settings: { number_of_replicas: 0, ...settings } });
    return index;
  };

  /** Writes a document, visible at once. */
  put = (index: string, id: string, source: object) => this.must("PUT", `${pathOf(index, id)}?refresh=true`, source);

  sourceOf = async (index: string, id: string): Promise<string> =>
    JSON.stringify((await this.ask("GET", pathOf(index, id))).body);

  /** Every document of a selection, page by page. */
  all = async (index: string, selection: Selection = everything, size = 1000): Promise<DocumentHead[]> => {
    const point = await this.documents.openPoint([index], keepAliveMs);
    const found: DocumentHead[] = [];
    let after: number | null = null;
    do {
      const page: Page = await this.documents.page({ point, keepAliveMs, selection, slice: null, after, size });
      if (page.state === "expired") throw new Error("The point in time is gone");
      found.push(...page.documents);
      after = page.after;
    } while (after !== null);
    await this.documents.closePoint(point);
    return found;
  };

  only = async (index: string): Promise<DocumentHead> => {
    const [found, ...more] = await this.all(index);
    if (found === undefined || more.length > 0) throw new Error("There isn't exactly one document");
    return found;
  };
}

import { ServiceFailure } from "@/lib/failures";
import { service } from "../pinecone/failures";
import { type DocumentSchema, type IndexModel, unfitFor } from "../pinecone/index-model";
import type { Project } from "../pinecone/project";

/** Which fields an index has: asked once an index, and again when it was refused something. */
export class Schemas {
  readonly #known = new Map<string, Promise<DocumentSchema>>();

  constructor(private readonly project: Project) {}

  async of(index: string, operation: string, signal?: AbortSignal): Promise<DocumentSchema> {
    const known = this.#known.get(index);
    if (known) return known.catch(() => this.#ask(index, operation, signal));
    const asked = this.#ask(index, operation, signal);
    this.#known.set(index, asked);
    asked.catch(() => this.#known.delete(index));
    return asked;
  }

  /** An index of the same name may have been made again since, with other fields. */
  note(index: string, model: IndexModel | null): void {
    if (model?.documents) this.#known.set(index, Promise.resolve(model.documents));
    else this.forget(index);
  }

  forget(index: string): void {
    this.#known.delete(index);
  }

  async #ask(index: string, operation: string, signal?: AbortSignal): Promise<DocumentSchema> {
    const model = await this.project.describe("inspect", index, signal);
    const fail = (code: "not-found" | "conflict" | "unavailable", message: string, next?: string) =>
      new ServiceFailure({ code, service, operation, message, ...(next !== undefined && { next }) });
    if (!model) throw fail("not-found", `There is no index ${index}`);
    const unfit = unfitFor("documents", model);
    if (unfit) throw fail("conflict", unfit.words, unfit.next);
    if (!model.documents) throw fail("unavailable", `Index ${index} isn't ready yet`);
    return model.documents;
  }
}

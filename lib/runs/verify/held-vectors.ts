import type { ComparedVectors } from "@/lib/shapes/runs/verdict";
import { Sampler } from "../compare/sampler";
import type { Work } from "../compare/work";
import { asKept, type Compared, type Mismatch } from "./compare-records";
import { embedAgain } from "./embed-again";

/**
 * Holds the vectors of compared records against what is known of them: those that were noted before they were written are settled by
 * their digest; of others a verification embeds a sample of `settings.reembedSample` texts again. A run embeds nothing to check itself:
 * what it couldn't note (the disk was full) counts as unchecked.
 */
export class HeldVectors {
  readonly vectors: ComparedVectors = { asSent: 0, embeddedAgain: 0, unchecked: 0 };
  /** Why texts could not be embedded again. */
  why: string | null = null;
  private readonly open: Sampler;
  private readonly doubtful: string[] = [];

  constructor(private readonly work: Work) {
    const { runId, namespace, settings } = work.held;
    this.open = new Sampler(settings.reembedSample, `${runId}/${namespace}/vectors`);
  }

  /** Takes up what was compared; answers the mismatches that are certain by now. */
  take(compared: Compared): Mismatch[] {
    this.vectors.asSent += compared.asSent;
    this.doubtful.push(...compared.doubtful);
    this.vectors.unchecked += compared.open.length + compared.doubtful.length;
    if (this.work.held.kind === "verify") for (const id of compared.open) this.open.offer(id);
    return compared.mismatches;
  }

  /** Settles what is left; answers the mismatches that this brought to light. */
  async end(): Promise<Mismatch[]> {
    const open = await this.embed(this.open.taken());
    // A vector that isn't the one that was written may still be one of its text: recreated by another tool, or rounded by the store.
    const { reembedSample } = this.work.held.settings;
    const tried = await this.embed(this.doubtful.slice(0, reembedSample));
    const right = tried.mismatches.length === 0 && tried.alike.length >= Math.max(1, reembedSample);
    const settled = new Set([...tried.alike, ...tried.mismatches.map(({ id }) => id)]);
    const rest = this.doubtful.filter((id) => !settled.has(id));
    if (right) return [...open.mismatches, ...tried.mismatches];
    this.vectors.unchecked -= rest.length;
    this.vectors.asSent += rest.length;
    const detail =
      "The vector isn't the one that was written: it is another record's, or was written by something else since.";
    return [
      ...open.mismatches,
      ...tried.mismatches,
      ...rest.map((id): Mismatch => ({ id, reason: "vector-differs", detail })),
    ];
  }

  private async embed(ids: readonly string[]) {
    const again = await embedAgain(this.work, ids);
    const checked = ids.length - again.unchecked;
    this.vectors.embeddedAgain += checked;
    this.vectors.unchecked -= checked;
    this.why ??= again.why;
    return again;
  }

  /** Method and coverage of the vectors, in parts of a sentence. */
  words(dimension: number): string[] {
    const { asSent, embeddedAgain, unchecked } = this.vectors;
    const number = (value: number) => value.toLocaleString("en-US");
    const { settings } = this.work.held;
    const what = settings.vectors === "source" ? "the source's" : "what was written";
    const how = settings.target.keeps ? `with ${what}, ${asKept(settings)}` : `bit for bit with ${what}`;
    const sound = `${number(dimension)} dimensions, not zero`;
    return [
      asSent > 0 ? `${number(asSent)} ${asSent === 1 ? "vector" : "vectors"} compared ${how}` : "",
      embeddedAgain > 0 ? `${number(embeddedAgain)} with their text embedded again` : "",
      unchecked > 0 ? `of ${number(unchecked)} vectors only the form (${sound})` : "",
      this.why === null ? "" : `texts could not be embedded again: ${this.why}`,
    ].filter((part) => part !== "");
  }
}

import { closeSync, fstatSync, openSync, readdirSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import path from "node:path";

/** How large a log grows, how many files of it there are, and how old they get. */
export type TurningLimits = { megabytes: number; files: number; days: number };

const dayMs = 86_400_000;
/** How often is looked whether another process or thread turned the file over. Milliseconds. */
const lookMs = 1000;

/**
 * A file that many processes and threads append lines to, and that turns over while they do: at its size, and once a week. `portage.log.1` is
 * the newest of those before it. A line that can't be written, on a full disk, is given up: the work is worth more than its log.
 * @throws what opening the file throws
 */
export class TurningFile {
  #descriptor: number;
  #lookedAt = Date.now();

  constructor(
    private readonly file: string,
    private readonly limits: TurningLimits,
  ) {
    this.#descriptor = this.#open();
    this.#look();
  }

  write(line: string): void {
    try {
      if (Date.now() - this.#lookedAt >= lookMs) this.#look();
      writeSync(this.#descriptor, line);
    } catch {
      // The next line is tried again; whoever watches the disk is told by `ready`.
    }
  }

  #open(): number {
    return openSync(this.file, "a", 0o600);
  }

  /** Follows a file that somebody else turned over, and turns over one that is too large or too old. */
  #look(): void {
    this.#lookedAt = Date.now();
    const own = fstatSync(this.#descriptor);
    const there = statSync(this.file, { throwIfNoEntry: false });
    if (there?.ino === own.ino && !this.#isDue(own)) return;
    if (there?.ino === own.ino) this.#turnOver();
    closeSync(this.#descriptor);
    this.#descriptor = this.#open();
  }

  #isDue({ size, birthtimeMs }: { size: number; birthtimeMs: number }): boolean {
    const { megabytes, days } = this.limits;
    // Some file systems don't keep when a file was made.
    const old = birthtimeMs > 0 && Date.now() - birthtimeMs > Math.min(7, days) * dayMs;
    return size > megabytes * 1e6 || (size > 0 && old);
  }

  #turnOver(): void {
    const { files, days } = this.limits;
    const folder = path.dirname(this.file);
    const start = `${path.basename(this.file)}.`;
    const numbers = readdirSync(folder)
      .filter((name) => name.startsWith(start) && /^\d+$/.test(name.slice(start.length)))
      .map((name) => Number(name.slice(start.length)))
      .sort((one, other) => other - one);
    for (const number of numbers) {
      const name = `${this.file}.${number}`;
      const old = Date.now() - (statSync(name, { throwIfNoEntry: false })?.mtimeMs ?? 0) > days * dayMs;
      if (old || number >= files - 1) rmSync(name, { force: true });
      else renameSync(name, `${this.file}.${number + 1}`);
    }
    if (files > 1) renameSync(this.file, `${this.file}.1`);
    else rmSync(this.file, { force: true });
  }
}

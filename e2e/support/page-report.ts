import type { Page, Request } from "@playwright/test";

/** Of the console, and of what was asked. */
const linesKept = 12;

/**
 * What a page said and asked for: a failed test names what was missed, which on another machine, without its picture, doesn't tell
 * whether the server was late, an answer was lost, or the page had an error.
 */
export class PageReport {
  readonly #page: Page;
  readonly #said: string[] = [];
  readonly #asked = new Map<Request, { at: number; end: string }>();

  constructor(page: Page) {
    this.#page = page;
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") this.#said.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => this.#said.push(`error: ${error.message}`));
    page.on("request", (request) => this.#asked.set(request, { at: Date.now(), end: "" }));
    page.on("requestfailed", (request) => this.#ended(request, request.failure()?.errorText ?? "failed"));
    page.on("requestfinished", async (request) => {
      const response = await request.response().catch(() => null);
      this.#ended(request, String(response?.status() ?? ""));
    });
  }

  /** The address, what was asked and how that ended, errors, and what can be read on the page, in few lines. */
  async words(): Promise<string> {
    const asked = [...this.#asked].filter(([request]) => !/\.(js|css|woff2)(\?|$)/.test(request.url()));
    const shown = await this.#page
      .getByRole("main")
      .innerText({ timeout: 2000 })
      .catch((error: unknown) => String(error));
    return [
      `On ${this.#page.url()} at ${new Date().toISOString()}:`,
      ...asked.slice(-linesKept).map(([request, { at, end }]) => {
        const { pathname, search } = new URL(request.url());
        return `  ${new Date(at).toISOString().slice(17, 23)} ${request.method()} ${pathname}${search.slice(0, 80)}: ${end || "no answer"}`;
      }),
      ...this.#said.slice(-linesKept).map((line) => `  ${line.slice(0, 200)}`),
      ...(shown.replaceAll(/\s+/g, " ").match(/.{1,200}/g) ?? []).slice(-linesKept).map((line) => `  read: ${line}`),
    ].join("\n");
  }

  #ended(request: Request, how: string): void {
    const asked = this.#asked.get(request);
    if (asked) asked.end = `${how} after ${Date.now() - asked.at} ms`;
  }
}

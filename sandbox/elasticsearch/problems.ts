import { type Answer, json } from "../http/exchange";

/** Without this header the client refuses an answer. */
const product = { "x-elastic-product": "Elasticsearch" };

/** What goes wrong, as the server words it. Thrown by whatever finds it. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    readonly reason: string,
    readonly details: { index?: string; rootType?: string } = {},
  ) {
    super(reason);
  }

  /** Inside an item of a bulk. */
  toItem(): { type: string; reason: string; index?: string } {
    const { index } = this.details;
    return { type: this.type, reason: this.reason, ...(index === undefined ? {} : { index }) };
  }

  toAnswer(): Answer {
    const { rootType = this.type } = this.details;
    const root_cause = [{ ...this.toItem(), type: rootType }];
    // A refusal of the credentials carries no product header.
    const headers = this.status === 401 || this.status === 403 ? {} : product;
    return json(this.status, { error: { root_cause, ...this.toItem() }, status: this.status }, headers);
  }
}

export const ok = (body: unknown): Answer => json(200, body, product);

export const noSuchIndex = (index: string) =>
  new Problem(404, "index_not_found_exception", `no such index [${index}]`, { index });

export const indexClosed = (index: string) => new Problem(400, "index_closed_exception", "closed", { index });

export const illegal = (reason: string) => new Problem(400, "illegal_argument_exception", reason);

export const noHandler = (method: string, path: string): Answer =>
  json(400, { error: `no handler found for uri [${path}] and method [${method}]` }, product);

export const unauthorized = () =>
  new Problem(401, "security_exception", "unable to authenticate with provided credentials for this request");

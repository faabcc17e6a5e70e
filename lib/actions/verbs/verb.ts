import type { z } from "zod";
import type { FormBody } from "@/lib/http/receive-files";
import type { Role } from "@/lib/shapes/team/role";
import { callVerb } from "./call-verb";
import type { Context } from "./context";

export type VerbOptions = { signal?: AbortSignal };

type Described = {
  /** As code, OpenAPI's operation ID and the transport call it. */
  name: string;
  /** Who may: this role and those above it. */
  role: Role;
  /** One sentence. */
  summary: string;
  /** Under `/api/v1`, with `{id}` where the input's field of that name stands. */
  path: string;
};

/** What Portage can do, as the edges see it: a row of the registry. */
export type Verb<Input, Raw, Answer> = Described & {
  method: "GET" | "POST";
  /** `write`: starts, stops or changes something; `read` doesn't. */
  kind: "read" | "write";
  input: z.ZodType<Input, Raw>;
  output: z.ZodType<Answer>;
  /** What stands there before it is changed or removed: for the audit trail. */
  before?: (ctx: Context, input: Input) => Promise<unknown>;
  run(ctx: Context, input: Input, options: VerbOptions): Promise<Answer>;
};

/** A verb whose types are its own business: what routes and documents need. `answer` parses first. */
export type AnyVerb = Described & {
  method: "GET" | "POST";
  kind: "read" | "write";
  input: z.ZodType;
  output: z.ZodType;
  answer(ctx: Context, raw: unknown, options: VerbOptions): Promise<unknown>;
};

/** Puts a verb into the registry: adds `answer`, which is how every edge calls it. */
export function verb<Input, Raw, Answer>(definition: Verb<Input, Raw, Answer>) {
  return {
    ...definition,
    answer: (ctx: Context, raw: unknown, options: VerbOptions): Promise<Answer> =>
      callVerb(definition, ctx, raw, options),
  };
}

/** Text that is made while it is sent. */
export type AnyDownload = Described & {
  input: z.ZodType;
  /** Chunks of text; throws before the first one when the input is wrong. */
  open(
    ctx: Context,
    raw: unknown,
    options: VerbOptions,
  ): Promise<{ type: string; fileName: string; chunks: AsyncIterable<string> }>;
};

/** What is asked with files, which are read while they come; always a POST. */
export type AnyUpload = Described & {
  input: z.ZodType;
  output: z.ZodType;
  /** Checks the input before it reads anything. */
  receive(ctx: Context, raw: unknown, body: FormBody, options: VerbOptions): Promise<unknown>;
};

import { z } from "zod";
import { geminiModel } from "./model";

const partSchema = z.looseObject({ text: z.string().optional() });
const contentSchema = z.looseObject({ role: z.string().optional(), parts: z.array(partSchema).optional() });

const taskTypes = [
  "TASK_TYPE_UNSPECIFIED",
  "RETRIEVAL_QUERY",
  "RETRIEVAL_DOCUMENT",
  "SEMANTIC_SIMILARITY",
  "CLASSIFICATION",
  "CLUSTERING",
  "CODE_RETRIEVAL_QUERY",
  "QUESTION_ANSWERING",
  "FACT_VERIFICATION",
] as const;

const embedSchema = z.object({
  model: z.string().optional(),
  content: contentSchema.optional(),
  taskType: z.enum(taskTypes).optional(),
  title: z.string().optional(),
  outputDimensionality: z.number().int().optional(),
});

const batchSchema = z.object({ requests: z.array(embedSchema).default([]) });
const countSchema = z.object({
  contents: z.array(contentSchema).optional(),
  generateContentRequest: z.looseObject({ contents: z.array(contentSchema).optional() }).optional(),
});

/** One text to embed. */
export type TextRequest = { text: string; dimension: number };

/** A request that is refused with 400 and these words. */
export class BadRequest extends Error {}

const textOf = (content: z.infer<typeof contentSchema> | undefined) =>
  content?.parts?.map((part) => part.text ?? "").join("");

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new BadRequest(`Invalid value at '${issue?.path.join(".") ?? ""}': ${issue?.message ?? "not valid JSON"}`);
}

function toText(request: z.infer<typeof embedSchema>, at: string): TextRequest {
  const text = textOf(request.content);
  if (text === undefined) throw new BadRequest(`* ${at}.content: contents is not specified\n`);
  if (text === "") throw new BadRequest(`* ${at}.content contains an empty Part.\n`);
  const dimension = request.outputDimensionality ?? geminiModel.dimension;
  if (dimension < geminiModel.smallestDimension || dimension > geminiModel.dimension) {
    throw new BadRequest(
      `* ${at}.output_dimensionality: must be between ${geminiModel.smallestDimension} and ${geminiModel.dimension}, got ${dimension}\n`,
    );
  }
  return { text, dimension };
}

/** The text of an `:embedContent` body. Throws {@link BadRequest}. */
export function readEmbed(body: unknown): TextRequest {
  return toText(parse(embedSchema, body), "EmbedContentRequest");
}

/** The texts of a `:batchEmbedContents` body, all of the model named in the path. Throws {@link BadRequest}. */
export function readBatch(body: unknown, model: string): TextRequest[] {
  const { requests } = parse(batchSchema, body);
  if (requests.length === 0) throw new BadRequest("* BatchEmbedContentsRequest.requests: requests is not specified\n");
  if (requests.length > geminiModel.textsPerCall) {
    throw new BadRequest(
      `* BatchEmbedContentsRequest.requests: at most ${geminiModel.textsPerCall} requests can be in one batch\n`,
    );
  }
  return requests.map((request, at) => {
    const place = `BatchEmbedContentsRequest.requests[${at}]`;
    if (request.model !== `models/${model}`) {
      throw new BadRequest(
        `* ${place}.model: the model of each request must be 'models/${model}', got '${request.model ?? ""}'\n`,
      );
    }
    return toText(request, place);
  });
}

/** The text of a `:countTokens` body. Throws {@link BadRequest}. */
export function readCount(body: unknown): string {
  const parsed = parse(countSchema, body);
  const contents = parsed.contents ?? parsed.generateContentRequest?.contents;
  if (contents === undefined || contents.length === 0) {
    throw new BadRequest("* CountTokensRequest.contents: contents is not specified\n");
  }
  return contents.map((content) => textOf(content) ?? "").join("");
}

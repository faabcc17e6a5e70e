import { type Seen, scriptServer } from "@/lib/http/scripted-server.suite";
import { countTokens } from "../hashing/count-tokens";
import { HashingEmbedder } from "../hashing/embedder";
import { embedderKinds } from "../registry";

export const key = "sk-test-9Qx1";
type Asked = { input: string[]; model: string; encoding_format?: string; dimensions?: number };
export const askedOf = ({ body }: Seen): Asked => JSON.parse(body);

/** A server as documented, that answers as its real one does: base64 to whoever doesn't ask for numbers. */
export async function documented() {
  const hashing = new HashingEmbedder({ dimension: 256 });
  const server = await scriptServer(async (request) => {
    const { input, encoding_format, dimensions, model } = askedOf(request);
    if (request.url.pathname !== "/v1/embeddings")
      return { status: 404, json: { error: { message: "Unknown request URL" } } };
    if (request.headers.authorization !== `Bearer ${key}`)
      return { status: 401, json: { error: { message: "Incorrect API key" } } };
    const outcomes = await hashing.embed(input);
    const data = outcomes.map((outcome, index) => {
      if (!outcome.ok) throw new Error(outcome.detail);
      const values = outcome.values.slice(0, dimensions);
      const embedding =
        encoding_format === "float" ? values : Buffer.from(Float32Array.from(values).buffer).toString("base64");
      return { object: "embedding", index, embedding };
    });
    const prompt_tokens = input.reduce((sum, text) => sum + countTokens(text).tokens, 0);
    return {
      json: { object: "list", data: data.toReversed(), model, usage: { prompt_tokens, total_tokens: prompt_tokens } },
    };
  });
  const kind = embedderKinds.get("openai");
  if (!kind) throw new Error("There is no such kind");
  const embedder = kind.open({ apiKey: key, dimension: 256, baseUrl: `${server.url}/v1` });
  return { embedder, close: () => server.close() };
}

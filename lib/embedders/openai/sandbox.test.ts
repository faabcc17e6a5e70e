import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { Secret } from "@/lib/secret";
import { type Sandbox, sandboxKeys, startSandbox } from "@/sandbox/start";
import { describeEmbedderContract } from "../contract.suite";
import { openOpenAi } from ".";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ dataDir: null, seed: false });
});
afterAll(() => sandbox.close());

const opened = (model: string, dimension: number, apiKey: string = sandboxKeys.openai) =>
  openOpenAi({
    apiKey: new Secret(apiKey),
    model,
    dimension,
    baseUrl: `${sandbox.openai.url}/v1`,
    askForDimension: "auto",
    tokensPerText: null,
    textsPerCall: null,
  });

describeEmbedderContract("OpenAI's protocol, against the stand-in,", async () => ({
  embedder: opened("text-embedding-3-small", 1536),
  close: async () => {},
}));

describe("the stand-in for OpenAI", () => {
  const ask = async (body: object, key: string = sandboxKeys.openai) => {
    const response = await fetch(`${sandbox.openai.url}/v1/embeddings`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
      body: JSON.stringify({ model: "text-embedding-3-small", input: ["one"], ...body }),
    });
    const answer = z
      .object({
        error: z.object({ code: z.string().nullable() }).optional(),
        data: z.array(z.object({ embedding: z.union([z.string(), z.array(z.number())]) })).optional(),
      })
      .parse(await response.json());
    return { status: response.status, code: answer.error?.code, embedding: answer.data?.[0]?.embedding };
  };

  it("answers text (base64) to whoever doesn't ask for numbers, and the same vector to both", async () => {
    const { embedding: text } = await ask({});
    const { embedding: numbers } = await ask({ encoding_format: "float" });
    const bytes = Uint8Array.from(Buffer.from(z.string().parse(text), "base64"));
    const floats = [...new Float32Array(bytes.buffer)];
    expect(floats).toEqual(z.array(z.number()).parse(numbers).map(Math.fround));
  });

  it("shortens where a model can, knows its own models and keys, and has another space for each", async () => {
    expect((await opened("text-embedding-3-large", 256).probe()).dimension).toBe(256);
    expect(await ask({ model: "text-embedding-ada-002", dimensions: 256 })).toMatchObject({ status: 400 });
    expect(await ask({ model: "gpt-5" })).toMatchObject({ status: 404, code: "model_not_found" });
    expect(await ask({}, "sk-another")).toMatchObject({ status: 401, code: "invalid_api_key" });
    expect(await ask({ input: [""] })).toMatchObject({ status: 400 });
    const [small, ada] = await Promise.all([ask({}), ask({ model: "text-embedding-ada-002" })]);
    expect(small.embedding).not.toEqual(ada.embedding);
  });
});

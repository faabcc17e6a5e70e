export { type OpenAiOptions, openOpenAi, vendor } from "./embedder";

export { type GeminiOptions, openGemini } from "./embedder";

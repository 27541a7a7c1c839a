/**
 * Loads any protocol, for layers of several providers. The layer of one provider names the protocols of that provider.
 *
 * `Protocols` has the same names in static imports, for programs that decode without Effect. The tables cannot be one:
 * a static import in this one would load every protocol.
 */
import * as Loader from "./Loader.ts"

/** The modules of all protocols. */
export const modules: Required<Loader.ProtocolModules> = {
  "openai-chat": () => import("./OpenAiChat/OpenAiChat.ts"),
  "openai-responses": () => import("./OpenAiResponses/OpenAiResponses.ts"),
  "openai-completions": () => import("./OpenAiCompletions/OpenAiCompletions.ts"),
  "anthropic-messages": () => import("./AnthropicMessages/AnthropicMessages.ts"),
  cohere: () => import("./Cohere/Cohere.ts"),
  ollama: () => import("./Ollama/Ollama.ts"),
  "bedrock-converse": () => import("./BedrockConverse/BedrockConverse.ts"),
  gemini: () => import("./Gemini/Gemini.ts"),
  "gemini-interactions": () => import("./GeminiInteractions/GeminiInteractions.ts")
}

/** Returns a protocol, and loads its module the first time. */
export const load = Loader.make(modules)

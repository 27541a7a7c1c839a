/**
 * The protocols by name.
 *
 * @since 0.1.0
 */
import type { ProtocolName } from "../../domain/ProviderDefinition.ts"
import * as AnthropicMessages from "./AnthropicMessages/AnthropicMessages.ts"
import * as BedrockConverse from "./BedrockConverse/BedrockConverse.ts"
import * as Cohere from "./Cohere/Cohere.ts"
import * as Ollama from "./Ollama/Ollama.ts"
import * as OpenAiChat from "./OpenAiChat/OpenAiChat.ts"
import * as OpenAiCompletions from "./OpenAiCompletions/OpenAiCompletions.ts"
import * as OpenAiResponses from "./OpenAiResponses/OpenAiResponses.ts"
import * as Gemini from "./Gemini/Gemini.ts"
import * as GeminiInteractions from "./GeminiInteractions/GeminiInteractions.ts"
import type { Protocol } from "./Protocol.ts"

export type { Protocol }

/**
 * The protocols by name.
 *
 * @category protocols
 * @since 0.1.0
 */
export const byName: Readonly<Record<ProtocolName, Protocol>> = {
  "openai-chat": OpenAiChat.protocol,
  "openai-responses": OpenAiResponses.protocol,
  "openai-completions": OpenAiCompletions.protocol,
  "anthropic-messages": AnthropicMessages.protocol,
  cohere: Cohere.protocol,
  ollama: Ollama.protocol,
  "bedrock-converse": BedrockConverse.protocol,
  gemini: Gemini.protocol,
  "gemini-interactions": GeminiInteractions.protocol
}

/**
 * The protocols of the simulator, and how the protocol of a request is found.
 */
import * as AnthropicMessages from "./protocols/AnthropicMessages.ts"
import * as BedrockConverse from "./protocols/BedrockConverse.ts"
import * as BedrockInvoke from "./protocols/BedrockInvoke.ts"
import * as Cohere from "./protocols/Cohere.ts"
import * as Gemini from "./protocols/Gemini.ts"
import * as GeminiInteractions from "./protocols/GeminiInteractions.ts"
import * as Ollama from "./protocols/Ollama.ts"
import * as OpenAiChat from "./protocols/OpenAiChat.ts"
import * as OpenAiCompletions from "./protocols/OpenAiCompletions.ts"
import * as OpenAiResponses from "./protocols/OpenAiResponses.ts"
import * as VertexClaude from "./protocols/VertexClaude.ts"
import type { ProtocolId } from "./scenario/ScriptedCompletion.ts"
import type { IncomingRequest, SideResponse, WireProtocol } from "./WireProtocol.ts"

/** All protocols by their names. */
export const byId: Readonly<Record<ProtocolId, WireProtocol>> = {
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

/** Variants of protocols that clouds serve at other paths. */
const cloudVariants: ReadonlyArray<WireProtocol> = [BedrockInvoke.protocol, VertexClaude.protocol]

/** Finds the protocol of a path, whatever stands before its end. */
export const forPath = (path: string): WireProtocol | undefined =>
  [...Object.values(byId), ...cloudVariants].find((protocol) => protocol.serves(path))

/**
 * Chooses the protocol whose format a response has where the path does not say it. Only clients of Anthropic, Google
 * and Cohere send their headers; all others are taken for clients of OpenAI.
 */
export const forHeaders = (
  { headers, path, query }: Pick<IncomingRequest, "headers" | "path" | "query">
): WireProtocol => {
  if (headers["anthropic-version"] !== undefined || headers["x-api-key"] !== undefined)
    return AnthropicMessages.protocol
  if (headers["x-client-name"] !== undefined || headers["x-fern-sdk-name"] === "cohere-ai") return Cohere.protocol
  const isGoogle = headers["x-goog-api-key"] !== undefined || /^(.*&)?key=/.test(query) || path.includes("/v1beta/")
  return isGoogle ? Gemini.protocol : OpenAiChat.protocol
}

/** Finds the protocol whose side endpoint a request is for, and its response. */
export const sideResponse = (
  request: IncomingRequest,
  models: ReadonlyArray<string>
): { readonly protocol: WireProtocol; readonly response: SideResponse } | undefined => {
  for (const protocol of Object.values(byId)) {
    const response = protocol.sideResponse?.(request, models)
    if (response !== undefined) return { protocol, response }
  }
  return undefined
}

/**
 * The table of the protocols that the simulator speaks, by path.
 *
 * @since 0.1.0
 */
import * as AnthropicMessages from "./protocols/AnthropicMessages.ts"
import * as BedrockConverse from "./protocols/BedrockConverse.ts"
import * as BedrockInvoke from "./protocols/BedrockInvoke.ts"
import * as Cohere from "./protocols/Cohere.ts"
import * as Gemini from "./protocols/Gemini.ts"
import * as Ollama from "./protocols/Ollama.ts"
import * as OpenAiChat from "./protocols/OpenAiChat.ts"
import * as OpenAiCompletions from "./protocols/OpenAiCompletions.ts"
import * as OpenAiResponses from "./protocols/OpenAiResponses.ts"
import * as VertexClaude from "./protocols/VertexClaude.ts"
import type { ProtocolId } from "./scenario/ScriptedCompletion.ts"
import type { Beside, Incoming, WireProtocol } from "./WireProtocol.ts"

/**
 * Every protocol, by its name.
 *
 * @category models
 * @since 0.1.0
 */
export const byId: Readonly<Record<ProtocolId, WireProtocol>> = {
  "openai-chat": OpenAiChat.protocol,
  "openai-responses": OpenAiResponses.protocol,
  "openai-completions": OpenAiCompletions.protocol,
  "anthropic-messages": AnthropicMessages.protocol,
  cohere: Cohere.protocol,
  ollama: Ollama.protocol,
  "bedrock-converse": BedrockConverse.protocol,
  gemini: Gemini.protocol
}

/** Protocols that clouds serve in another way, at other paths. */
const elsewhere: ReadonlyArray<WireProtocol> = [BedrockInvoke.protocol, VertexClaude.protocol]

/**
 * Finds the protocol of a path, whatever comes before its end.
 *
 * @category accessors
 * @since 0.1.0
 */
export const forPath = (path: string): WireProtocol | undefined =>
  [...Object.values(byId), ...elsewhere].find((protocol) => protocol.serves(path))

/**
 * Finds the protocol in whose form requests are answered that are not for a model: only the clients of Anthropic, of Google
 * and of Cohere send their headers.
 *
 * @category accessors
 * @since 0.1.0
 */
export const forOther = ({ headers, path, query }: Pick<Incoming, "headers" | "path" | "query">): WireProtocol => {
  if (headers["anthropic-version"] !== undefined || headers["x-api-key"] !== undefined)
    return AnthropicMessages.protocol
  if (headers["x-client-name"] !== undefined || headers["x-fern-sdk-name"] === "cohere-ai") return Cohere.protocol
  const isGoogle = headers["x-goog-api-key"] !== undefined || /^(.*&)?key=/.test(query) || path.includes("/v1beta/")
  return isGoogle ? Gemini.protocol : OpenAiChat.protocol
}

/**
 * Finds the answer to a request that is for another service of a provider, and the protocol whose provider it is.
 *
 * @category accessors
 * @since 0.1.0
 */
export const beside = (
  request: Incoming,
  models: ReadonlyArray<string>
): { readonly protocol: WireProtocol; readonly answer: Beside } | undefined => {
  for (const protocol of Object.values(byId)) {
    const answer = protocol.beside?.(request, models)
    if (answer !== undefined) return { protocol, answer }
  }
  return undefined
}

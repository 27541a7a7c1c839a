/**
 * The protocols, each loaded when it is first needed: a program uses one or two of them.
 *
 * `Protocols` has the same names in static imports, for programs that decode without Effect. The tables cannot be one:
 * a static import in this one would load every protocol.
 */
import * as Effect from "effect/Effect"
import type { ProtocolName } from "../../domain/ProviderDefinition.ts"
import type { Protocol } from "./Protocol.ts"

const modules: Readonly<Record<ProtocolName, () => Promise<{ readonly protocol: Protocol }>>> = {
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

const loaded = new Map<ProtocolName, Effect.Effect<Protocol>>()

/** Returns a protocol, and loads its module the first time. */
export const load = (name: ProtocolName): Effect.Effect<Protocol> =>
  loaded.get(name) ?? Effect.map(Effect.promise(modules[name]), ({ protocol }) => {
    loaded.set(name, Effect.succeed(protocol))
    return protocol
  })

/**
 * The interface of an operation other than chat: embeddings, rankings, transcripts, speech. A new operation is one more
 * value of this type in `Operations.ts`.
 */
import type { Json, JsonObject } from "../Json.ts"
import type { Scenario } from "../scenario/Scenario.ts"
import type { Problem, WireEvent } from "../WireProtocol.ts"
import type { ErrorFormat } from "./Errors.ts"

/** A request as an operation reads it. */
export interface OperationRequest {
  readonly path: string
  /** The provider whose variant of the wire format applies. */
  readonly dialect: Dialect
  readonly headers: Readonly<Record<string, string>>
  /** The body; empty when it is no JSON object. */
  readonly body: JsonObject
  /** The bytes of the body. */
  readonly bytes: Uint8Array
  /** The scenario's seed. */
  readonly seed: number
  readonly strictness: NonNullable<Scenario["strictness"]>
}

/** The response of an operation: JSON, text, bytes piece by piece, or events. */
export type OperationResponse =
  & { readonly headers?: Readonly<Record<string, string>> }
  & (
    | { readonly json: Json }
    | { readonly text: string; readonly contentType: string }
    | { readonly pieces: () => Iterable<Uint8Array>; readonly contentType: string }
    | { readonly events: () => Iterable<WireEvent> }
  )

/** An operation in one wire format. */
export interface Operation {
  readonly name: string
  /** Returns whether a path belongs to the operation. */
  readonly serves: (path: string) => boolean
  /** The provider, where only one has this wire format. */
  readonly owner?: Dialect
  /** Returns the format of error responses. */
  readonly errors: (dialect: Dialect) => ErrorFormat
  /** Returns the requested model, which has to exist. */
  readonly model: (request: OperationRequest) => string | undefined
  /** Returns the first problem that the provider would report. */
  readonly validate: (request: OperationRequest) => Problem | undefined
  /** Returns the response to a valid request. */
  readonly respond: (request: OperationRequest) => OperationResponse
}

/** The providers whose variants of a common wire format are known. */
export type Dialect =
  | "openai"
  | "mistral"
  | "voyage"
  | "jina"
  | "perplexity"
  | "qianwen"
  | "cohere"
  | "together"
  | "openrouter"
  | "groq"
  | "xai"
  | "google"
  | "ollama"
  | "aws"
  | "cloudflare"

const dialects: ReadonlyArray<readonly [RegExp, Dialect]> = [
  [/mistral/, "mistral"],
  [/voyage/, "voyage"],
  [/jina/, "jina"],
  [/perplexity/, "perplexity"],
  [/dashscope|qianwen/, "qianwen"],
  [/cohere/, "cohere"],
  [/together/, "together"],
  [/openrouter/, "openrouter"],
  [/groq/, "groq"],
  [/\bx\.ai$|^xai$/, "xai"],
  [/googleapis|gemini|vertex/, "google"],
  [/ollama/, "ollama"],
  [/amazonaws|bedrock/, "aws"],
  [/cloudflare/, "cloudflare"]
]

/**
 * Finds the dialect of a request by its host, or by the first part of its path (`/voyage/v1/embeddings`) where the host
 * is the simulator's.
 */
export const dialectOf = (host: string, path: string): Dialect | undefined => {
  const [, first = ""] = path.split("/")
  return dialects.find(([pattern]) => pattern.test(host) || pattern.test(first))?.[1]
}

/** Creates the problem of an invalid value. */
export const invalid = (message: string, param?: string, code?: string): Problem => ({
  kind: "invalid-request",
  message,
  ...(param === undefined ? {} : { param }),
  ...(code === undefined ? {} : { code })
})

/** Finds a field that an operation does not have. Checks only where the scenario is strict. */
export const unknownField = (
  { body, strictness }: Pick<OperationRequest, "body" | "strictness">,
  known: ReadonlyArray<string>
): Problem | undefined => {
  if (strictness !== "provider") return undefined
  const unknown = Object.keys(body).find((name) => !known.includes(name))
  return unknown === undefined ? undefined : invalid(`Unknown parameter: '${unknown}'.`, unknown, "unknown_parameter")
}

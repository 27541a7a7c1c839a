/**
 * What the simulator has to know about an operation that is no chat: embeddings, rankings, transcripts, speech. A new one
 * is one more value of this type in `Operations.ts`.
 *
 * @since 0.1.0
 */
import type { Json, JsonObject } from "../Json.ts"
import type { Scenario } from "../scenario/Scenario.ts"
import type { Problem, WireEvent } from "../WireProtocol.ts"
import type { ErrorForm } from "./Errors.ts"

/**
 * A request as an operation reads it.
 *
 * **Details**
 *
 * `host` and `path` say whose dialect is meant. `body` is empty when the bytes are no JSON. `seed` is the scenario's.
 *
 * @category models
 * @since 0.1.0
 */
export interface OperationRequest {
  readonly path: string
  readonly dialect: Dialect
  readonly headers: Readonly<Record<string, string>>
  readonly body: JsonObject
  readonly bytes: Uint8Array
  readonly seed: number
  readonly strictness: NonNullable<Scenario["strictness"]>
}

/**
 * What an operation answers: JSON, bytes piece by piece, or events.
 *
 * @category models
 * @since 0.1.0
 */
export type Reply =
  & { readonly headers?: Readonly<Record<string, string>> }
  & (
    | { readonly json: Json }
    | { readonly text: string; readonly contentType: string }
    | { readonly pieces: () => Iterable<Uint8Array>; readonly contentType: string }
    | { readonly events: () => Iterable<WireEvent> }
  )

/**
 * An operation.
 *
 * **Details**
 *
 * `serves` tells whether a path is its own, and `owner` whose form it is, where it is only one's. `errors` is the form of
 * its refusals. `model` finds the model that is asked, which has to exist. `validate` finds what the provider would refuse,
 * `answer` answers.
 *
 * @category models
 * @since 0.1.0
 */
export interface Operation {
  readonly name: string
  readonly serves: (path: string) => boolean
  readonly owner?: Dialect
  readonly errors: (dialect: Dialect) => ErrorForm
  readonly model: (request: OperationRequest) => string | undefined
  readonly validate: (request: OperationRequest) => Problem | undefined
  readonly answer: (request: OperationRequest) => Reply
}

/**
 * Whose way of a common form is meant.
 *
 * @category models
 * @since 0.1.0
 */
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
  [/googleapis|gemini|vertex/, "google"],
  [/ollama/, "ollama"],
  [/amazonaws|bedrock/, "aws"],
  [/cloudflare/, "cloudflare"]
]

/**
 * Whose dialect a request is in: the host says it, or the first part of the path (`/voyage/v1/embeddings`) where the host is
 * the simulator's.
 *
 * @category accessors
 * @since 0.1.0
 */
export const dialectOf = (host: string, path: string): Dialect | undefined => {
  const [, first = ""] = path.split("/")
  return dialects.find(([pattern]) => pattern.test(host) || pattern.test(first))?.[1]
}

/**
 * Refuses a value.
 *
 * @category constructors
 * @since 0.1.0
 */
export const invalid = (message: string, param?: string, code?: string): Problem => ({
  kind: "invalid-request",
  message,
  ...(param === undefined ? {} : { param }),
  ...(code === undefined ? {} : { code })
})

/**
 * Refuses fields that an operation does not have, where the scenario asks for that.
 *
 * @category filtering
 * @since 0.1.0
 */
export const unknownField = (
  { body, strictness }: Pick<OperationRequest, "body" | "strictness">,
  known: ReadonlyArray<string>
): Problem | undefined => {
  if (strictness !== "provider") return undefined
  const unknown = Object.keys(body).find((name) => !known.includes(name))
  return unknown === undefined ? undefined : invalid(`Unknown parameter: '${unknown}'.`, unknown, "unknown_parameter")
}

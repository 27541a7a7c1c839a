/**
 * Decodes the JSON text of a completion, and says what is wrong with one that cannot be decoded.
 */
import * as Tool from "effect/ai/Tool"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Completion } from "./Completion.ts"
import { discreet } from "./errors/ErrorContext.ts"
import { pathOf } from "./schemas/IssuePath.ts"
import * as Restore from "./schemas/Restore.ts"

const sentences = {
  refused: "The model declined. Read `refusal`, and change the prompt.",
  cut: "The completion was cut before its end. Raise `maxOutputTokens`, or ask for less.",
  filtered: "A filter of the provider stopped the completion. Change the prompt.",
  empty: "The completion has no text. Send the request again.",
  malformed:
    "The text of the completion is not JSON. Send the request again, or ask the provider to enforce the schema.",
  mismatch:
    "The completion does not match its schema. Send the request again, or ask the provider to enforce the schema."
} as const

/**
 * The text of a completion is not what its output schema demands. Nothing of the text is printed with the error.
 *
 * @category errors
 * @since 0.2.0
 */
export class InvalidOutputError extends discreet(
  Schema.TaggedError<InvalidOutputError>()("InvalidOutputError", {
    /**
     * What is wrong: the model declined (`refused`), the end is missing (`cut`), a filter stopped the completion
     * (`filtered`), there is no text (`empty`), it is not JSON (`malformed`), or not what the schema describes
     * (`mismatch`).
     */
    reason: Schema.Literals(["refused", "cut", "filtered", "empty", "malformed", "mismatch"]),
    /** The place of the first mismatch (`$.days[0].date`). Keys that the schema does not name are `*`. */
    path: Schema.optionalKey(Schema.String),
    /** The completion, with its text and its usage. Not printed with the error. */
    completion: Schema.optionalKey(Completion)
  })
) {
  /** Whether the same request may succeed when it is sent again: not after a refusal, a filter or the output limit. */
  get isRetryable(): boolean {
    return this.reason === "empty" || this.reason === "malformed" || this.reason === "mismatch"
  }

  override get message(): string {
    const where = this.path === undefined ? "" : ` The first mismatch is at ${this.path}.`
    return `${sentences[this.reason]}${where}`
  }
}

/**
 * What `decode` reads of a completion.
 *
 * @category models
 * @since 0.2.0
 */
export type CompletionText = Pick<Completion, "text" | "refusal" | "finishReason">

// The deepest value: far deeper than any that a model writes, and shallow enough for every function that visits it.
const maxDepth = 256

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === "object" && value !== null &&
  (levels === 0 || Object.values(value).some((entry) => isDeeper(entry, levels - 1)))

/** Returns the text without the fence that models put around JSON, where it is around the whole. */
const bare = (text: string): string => {
  const trimmed = text.trim()
  return /^```(?:json)?[ \t]*\r?\n([\s\S]*?)\r?\n?```$/i.exec(trimmed)?.[1] ?? trimmed
}

/** Makes the error of a completion. */
export const invalid = (
  completion: CompletionText,
  reason: InvalidOutputError["reason"],
  path?: string
): InvalidOutputError =>
  new InvalidOutputError({
    reason,
    ...(path === undefined ? {} : { path }),
    ...("items" in completion ? { completion: completion as Completion } : {})
  })

/** Parses the text of a completion. A code fence around the whole of it is removed. */
export const parse = (completion: CompletionText): Effect.Effect<Schema.Json, InvalidOutputError> => {
  const { finishReason, refusal, text } = completion
  if (refusal !== "") return Effect.fail(invalid(completion, "refused"))
  if (finishReason === "length") return Effect.fail(invalid(completion, "cut"))
  if (finishReason === "content-filter") return Effect.fail(invalid(completion, "filtered"))
  const json = bare(text)
  if (json === "") return Effect.fail(invalid(completion, "empty"))
  return Effect.filterOrFail(
    Effect.try({ try: (): Schema.Json => JSON.parse(json), catch: () => invalid(completion, "malformed") }),
    (value) => !isDeeper(value, maxDepth),
    () => invalid(completion, "malformed")
  )
}

/** Decodes values with a schema; `root` is the path of the value in the one that the completion has. Default `$`. */
export type Decode<A, R> = (
  completion: CompletionText,
  value: Schema.Json,
  root?: string
) => Effect.Effect<A, InvalidOutputError, R>

/** Creates the decoder of a schema. */
export const decoderOf = <S extends Schema.Constraint>(schema: S): Decode<S["Type"], S["DecodingServices"]> => {
  const document = Tool.getJsonSchemaFromSchema(schema)
  const decode = Schema.decodeUnknownEffect(Schema.toCodecJson(schema))
  return (completion, value, root = "$") =>
    Effect.mapError(
      decode(Restore.restore(document as Schema.JsonObject, value)),
      ({ issue }) => invalid(completion, "mismatch", pathOf(issue, document, root))
    )
}

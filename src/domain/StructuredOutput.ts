/**
 * Decodes the text of a completion with the output schema of its request.
 *
 * No provider accepts every schema. What a provider gets may want `null` for an optional property, an object for a
 * tuple, or a list of entries for an object with any keys. The text is what the model wrote; `decode` restores the
 * shape that the caller's schema has.
 *
 * **Example** (A completion as a value)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { ChatModel, StructuredOutput } from "sluice"
 *
 * const City = Schema.Struct({
 *   name: Schema.String,
 *   founded: Schema.optionalKey(Schema.Int),
 *   position: Schema.Tuple([Schema.Finite, Schema.Finite])
 * })
 *
 * export const city = Effect.fnUntraced(function*(prompt: string) {
 *   const completion = yield* ChatModel.complete({
 *     model: "openai/gpt-5.4-mini",
 *     prompt,
 *     outputSchema: { schema: City, name: "city", strict: true }
 *   })
 *   return yield* StructuredOutput.decode(completion, City)
 * })
 * ```
 *
 * @since 0.2.0
 */
import * as Tool from "effect/ai/Tool"
import * as Effect from "effect/Effect"
import type * as JsonSchema from "effect/JsonSchema"
import * as Schema from "effect/Schema"
import type { Completion } from "./Completion.ts"
import { pathOf } from "./schemas/IssuePath.ts"
import * as Restore from "./schemas/Restore.ts"

const sentences = {
  refused: "The model declined. Read `refusal`, and change the prompt.",
  cut: "The completion was cut before its end. Raise `maxOutputTokens`, or ask for less.",
  empty: "The completion has no text. Send the request again.",
  malformed:
    "The text of the completion is not JSON. Send the request again, or ask the provider to enforce the schema.",
  mismatch:
    "The completion does not match its schema. Send the request again, or ask the provider to enforce the schema."
} as const

/**
 * The text of a completion is not what its output schema demands. The error holds nothing of the text.
 *
 * @category errors
 * @since 0.2.0
 */
export class InvalidOutputError extends Schema.TaggedError<InvalidOutputError>()("InvalidOutputError", {
  /**
   * What is wrong: the model declined (`refused`), the end is missing (`cut`), there is no text (`empty`), it is not
   * JSON (`malformed`), or not what the schema describes (`mismatch`).
   */
  reason: Schema.Literals(["refused", "cut", "empty", "malformed", "mismatch"]),
  /** The place of the first mismatch (`$.days[0].date`). Keys that the schema does not name are `*`. */
  path: Schema.optionalKey(Schema.String)
}) {
  /** Whether the same request may succeed when it is sent again: not after a refusal, and not where the limit cut it. */
  get isRetryable(): boolean {
    return this.reason !== "refused" && this.reason !== "cut"
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

const parse = ({ finishReason, refusal, text }: CompletionText): Effect.Effect<Schema.Json, InvalidOutputError> => {
  if (refusal !== "") return Effect.fail(new InvalidOutputError({ reason: "refused" }))
  if (finishReason === "length") return Effect.fail(new InvalidOutputError({ reason: "cut" }))
  const json = bare(text)
  if (json === "") return Effect.fail(new InvalidOutputError({ reason: "empty" }))
  return Effect.filterOrFail(
    Effect.try({
      try: (): Schema.Json => JSON.parse(json),
      catch: () => new InvalidOutputError({ reason: "malformed" })
    }),
    (value) => !isDeeper(value, maxDepth),
    () => new InvalidOutputError({ reason: "malformed" })
  )
}

const decodeWith = <S extends Schema.Constraint>(
  schema: S,
  value: Schema.Json
): Effect.Effect<S["Type"], InvalidOutputError, S["DecodingServices"]> => {
  const document = Tool.getJsonSchemaFromSchema(schema)
  const restored = Restore.restore(document as Schema.JsonObject, value)
  return Effect.mapError(
    Schema.decodeUnknownEffect(Schema.toCodecJson(schema))(restored),
    ({ issue }) => new InvalidOutputError({ reason: "mismatch", path: pathOf(issue, document) })
  )
}

const decodeText = <S extends Schema.Constraint>(
  completion: CompletionText,
  schema: S | JsonSchema.JsonSchema
): Effect.Effect<S["Type"], InvalidOutputError, S["DecodingServices"]> =>
  Effect.flatMap(
    parse(completion),
    (value): Effect.Effect<S["Type"], InvalidOutputError, S["DecodingServices"]> =>
      Schema.isSchema(schema)
        ? decodeWith(schema as S, value)
        : Effect.succeed(Restore.restore(schema as Schema.JsonObject, value))
  )

/**
 * Decodes the text of a completion with the output schema of its request.
 *
 * **Details**
 *
 * With an Effect Schema the result is decoded and checked. With a JSON Schema it is the JSON value in the shape of the
 * schema, not checked against it. A code fence around the whole text is removed; nothing else is repaired.
 *
 * @category decoding
 * @since 0.2.0
 */
export const decode: {
  /** Decodes with an Effect Schema. */
  <S extends Schema.Constraint>(
    completion: CompletionText,
    schema: S
  ): Effect.Effect<S["Type"], InvalidOutputError, S["DecodingServices"]>
  /** Restores the shape of a JSON Schema. */
  (completion: CompletionText, schema: JsonSchema.JsonSchema): Effect.Effect<Schema.Json, InvalidOutputError>
} = decodeText as never

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
import * as Effect from "effect/Effect"
import type * as JsonSchema from "effect/JsonSchema"
import * as Schema from "effect/Schema"
import { type CompletionText, decoderOf, InvalidOutputError, parse } from "./OutputDecoding.ts"
import * as Restore from "./schemas/Restore.ts"

export { type CompletionText, InvalidOutputError }

const decodeText = <S extends Schema.Constraint>(
  completion: CompletionText,
  schema: S | JsonSchema.JsonSchema
): Effect.Effect<S["Type"], InvalidOutputError, S["DecodingServices"]> =>
  Effect.flatMap(
    parse(completion),
    (value): Effect.Effect<S["Type"], InvalidOutputError, S["DecodingServices"]> =>
      Schema.isSchema(schema)
        ? decoderOf(schema as S)(completion, value)
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

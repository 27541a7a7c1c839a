/**
 * Checks a value against the JSON Schema of a file, whatever the provider has enforced.
 */
import * as Effect from "effect/Effect"
import * as JsonSchema from "effect/JsonSchema"
import * as Schema from "effect/Schema"
import * as SchemaRepresentation from "effect/SchemaRepresentation"
import type { Completion } from "../../../domain/Completion.ts"
import { invalid, type InvalidOutputError } from "../../../domain/OutputDecoding.ts"
import { pathOf } from "../../../domain/schemas/IssuePath.ts"
import { FailedError } from "../../Failures.ts"

/** Fails when the value of a completion is not what the schema describes. */
export type OutputCheck = (value: Schema.Json, completion: Completion) => Effect.Effect<void, InvalidOutputError>

const isOld = ({ $schema, definitions }: JsonSchema.JsonSchema): boolean =>
  definitions !== undefined || (typeof $schema === "string" && /draft-0[4-7]/.test($schema))

/** Moves the root to a definition where references point into it: the import knows references to definitions alone. */
const withRootDefinition = (document: JsonSchema.Document<"draft-2020-12">): typeof document => {
  let name = "root"
  while (Object.hasOwn(document.definitions, name)) name += "_"
  let isReferred = false
  const all = { ...document.definitions, [name]: document.schema }
  const definitions: JsonSchema.Definitions = JSON.parse(JSON.stringify(all), (key, value) => {
    if (key !== "$ref" || typeof value !== "string" || !/^#(?!\/\$defs\/)/.test(value)) return value
    isReferred = true
    return `#/$defs/${name}${value.slice(1)}`
  })
  return isReferred ? { ...document, schema: { $ref: `#/$defs/${name}` }, definitions } : document
}

/** Makes the check of a schema. Fails, before anything is sent, where it has what cannot be checked. */
export const make = (
  file: string,
  schema: JsonSchema.JsonSchema
): Effect.Effect<OutputCheck, FailedError> =>
  Effect.try({
    try: () => {
      const document = isOld(schema) ? JsonSchema.fromSchemaDraft07(schema) : JsonSchema.fromSchemaDraft2020_12(schema)
      const imported = SchemaRepresentation.fromJsonSchemaDocument(withRootDefinition(document), { patterns: "apply" })
      const decode = Schema.decodeUnknownEffect(imported as Schema.Codec<unknown>, { onExcessProperty: "error" })
      return (value: Schema.Json, completion: Completion) =>
        decode(value).pipe(
          Effect.asVoid,
          Effect.mapError(({ issue }) => invalid(completion, "mismatch", pathOf(issue, schema)))
        )
    },
    catch: (cause) => {
      const reason = cause instanceof Error ? cause.message.replace(/\s+/g, " ") : String(cause)
      return new FailedError({ line: `InputError: ${file} is not a JSON Schema that can be checked: ${reason}` })
    }
  })

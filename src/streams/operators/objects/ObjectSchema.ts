/**
 * Prepares a schema for the request of a value. What is not an object is wrapped in one with the property `value`,
 * since most providers accept nothing else.
 */
import * as Tool from "effect/ai/Tool"
import * as Effect from "effect/Effect"
import type * as JsonSchema from "effect/JsonSchema"
import * as Schema from "effect/Schema"
import { type Decode, decoderOf, type InvalidOutputError, parse } from "../../../domain/OutputDecoding.ts"
import type { Completion } from "../../../domain/Completion.ts"
import { isObject, resolve, type SchemaObject, typesOf } from "../../../domain/schemas/JsonSchemas.ts"
import * as Restore from "../../../domain/schemas/Restore.ts"

/** A schema, and how what follows it is read. */
export interface ObjectSchema<A, R> {
  /** The schema to send. */
  readonly sent: Schema.Constraint | JsonSchema.JsonSchema
  /** The JSON Schema of what is sent, before it is lowered. */
  readonly document: SchemaObject
  /** Whether the value is in the property `value` of what is sent. */
  readonly isWrapped: boolean
  /** Decodes the value of a completion. */
  readonly decode: (completion: Completion) => Effect.Effect<A, InvalidOutputError, R>
  /** Decodes an element of the value; `undefined` where the value is no list. */
  readonly decodeElement: Decode<unknown, R> | undefined
}

/** The property that holds a value that is not an object. */
export const wrapper = "value"

const isObjectSchema = (document: SchemaObject): boolean => {
  const reference = document["$ref"]
  const node = typeof reference === "string" ? resolve(document, reference) ?? {} : document
  return typesOf(node).join() === "object" && node["anyOf"] === undefined && node["oneOf"] === undefined
}

/** Wraps a JSON Schema. Its definitions stay at the root, where its references point to. */
const wrapDocument = ({ $defs, $schema: _, definitions, ...schema }: SchemaObject): JsonSchema.JsonSchema => {
  const value = JSON.parse(JSON.stringify(schema).replaceAll("\"$ref\":\"#\"", `"$ref":"#/properties/${wrapper}"`))
  return {
    type: "object",
    properties: { [wrapper]: value },
    required: [wrapper],
    additionalProperties: false,
    ...($defs === undefined ? {} : { $defs }),
    ...(definitions === undefined ? {} : { definitions })
  }
}

/** Returns the value in its wrapper. Models that have the schema in the prompt alone may leave it out. */
const unwrap = (value: Schema.Json): Schema.Json =>
  isObject(value) && Object.hasOwn(value, wrapper) ? value[wrapper] ?? null : value

const elementSchema = (schema: Schema.Constraint): Schema.Constraint | undefined => {
  const ast = schema.ast
  if (ast._tag !== "Arrays" || ast.elements.length > 0 || ast.rest.length !== 1) return undefined
  const { value } = schema as { readonly value?: unknown }
  return Schema.isSchema(value) ? value : undefined
}

const ofEffectSchema = <S extends Schema.Constraint>(schema: S): ObjectSchema<S["Type"], S["DecodingServices"]> => {
  const own = Tool.getJsonSchemaFromSchema(schema) as SchemaObject
  const isWrapped = !isObjectSchema(own)
  const sent = isWrapped ? Schema.Struct({ [wrapper]: schema as unknown as Schema.Top }) : schema
  const document = isWrapped ? Tool.getJsonSchemaFromSchema(sent as never) as SchemaObject : own
  const decode = decoderOf(schema)
  const element = elementSchema(schema)
  return {
    sent: sent as Schema.Constraint,
    document,
    isWrapped,
    decode: (completion) =>
      Effect.flatMap(parse(completion), (value) => decode(completion, isWrapped ? unwrap(value) : value)),
    decodeElement: element === undefined ? undefined : decoderOf(element)
  }
}

const ofJsonSchema = (schema: JsonSchema.JsonSchema): ObjectSchema<Schema.Json, never> => {
  const isWrapped = !isObjectSchema(schema as SchemaObject)
  const document = (isWrapped ? wrapDocument(schema as SchemaObject) : schema) as SchemaObject
  const items = typesOf(schema as SchemaObject).join() === "array" ? schema["items"] : undefined
  const restorer = new Restore.Restorer(document)
  return {
    sent: document as JsonSchema.JsonSchema,
    document,
    isWrapped,
    decode: (completion) =>
      Effect.map(parse(completion), (value) => {
        const restored = restorer.value(document, value)
        return isWrapped ? unwrap(restored) : restored
      }),
    decodeElement: items === undefined ? undefined : (_, value) => Effect.succeed(restorer.value(items, value))
  }
}

/** Prepares a schema. */
export const make = <S extends Schema.Constraint>(
  schema: S | JsonSchema.JsonSchema
): ObjectSchema<S["Type"], S["DecodingServices"]> =>
  Schema.isSchema(schema) ? ofEffectSchema(schema as S) : ofJsonSchema(schema as JsonSchema.JsonSchema)

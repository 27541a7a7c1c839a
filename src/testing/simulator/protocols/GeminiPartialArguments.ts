/**
 * Splits the arguments of a tool call as Vertex AI streams them: each leaf with its path.
 *
 * @see https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/function-calling
 */
import * as Json from "../Json.ts"

/** The length of a piece of text, in characters. An empty piece ends the text. */
const pieceLength = 12

const leaf = function*(jsonPath: string, value: Json.Json): Generator<Json.JsonObject> {
  if (typeof value === "string") {
    for (const stringValue of value.match(new RegExp(`[^]{1,${pieceLength}}`, "gu")) ?? []) {
      yield { jsonPath, stringValue, willContinue: true }
    }
    yield { jsonPath, stringValue: "" }
  } else if (typeof value === "number") yield { jsonPath, numberValue: value }
  else if (typeof value === "boolean") yield { jsonPath, boolValue: value }
  else yield { jsonPath, nullValue: null }
}

const walk = function*(path: string, value: Json.Json): Generator<Json.JsonObject> {
  if (Json.isArray(value)) {
    for (const [index, entry] of value.entries()) yield* walk(`${path}[${index}]`, entry)
  } else if (Json.isObject(value)) {
    for (const [name, entry] of Object.entries(value)) {
      yield* walk(/^\w+$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`, entry)
    }
  } else yield* leaf(path, value)
}

/** Yields the pieces of arguments in their order. */
export const of = (args: Json.JsonObject): Iterable<Json.JsonObject> => walk("$", args)

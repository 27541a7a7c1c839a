/**
 * Converts responses that are `{response, tool_calls, usage}` without choices to chunks and messages of Chat
 * Completions.
 *
 * @see https://developers.cloudflare.com/workers-ai/get-started/rest-api/
 */
import type * as Schema from "effect/Schema"
import { isJson, type JsonObject, object, objects } from "../../json/Json.ts"
import * as ScalarText from "../../response/ScalarText.ts"

const textOf = (response: Schema.Json | undefined, json: string | undefined): string | null =>
  // Structured output arrives as a JSON value and not as text, and a piece of text that is a number as a number.
  typeof response === "object" && response !== null
    ? JSON.stringify(response)
    : ScalarText.of(response, "response", json) ?? null

const toolCalls = (value: Schema.Json | undefined): ReadonlyArray<Schema.JsonObject> =>
  objects(value).filter(isJson).map((call) => ("function" in call ? call : { type: "function", function: call }))

/**
 * Converts one chunk, or a whole body, which has the response in `result`. A value with `choices` is returned
 * unchanged: newer models send those.
 */
export const toChat = (value: JsonObject, isWhole: boolean, json: string | undefined): JsonObject => {
  const bare = (isWhole ? object(value.result) : undefined) ?? value
  if (bare.response === undefined && bare.tool_calls === undefined) return bare
  const message = { content: textOf(bare.response, json), tool_calls: toolCalls(bare.tool_calls) }
  return { choices: [{ index: 0, ...(isWhole ? { message } : { delta: message }) }], usage: bare.usage }
}

/**
 * Answers that are `{response, tool_calls, usage}` and no choices, as chunks and messages of Chat Completions.
 *
 * @see https://developers.cloudflare.com/workers-ai/get-started/rest-api/
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import { isJson, type JsonObject, object, objects } from "../../json/Json.ts"

const textOf = (response: Schema.Json | undefined): Schema.Json | undefined =>
  // Where JSON was asked for, it comes as what it is.
  typeof response === "object" && response !== null ? JSON.stringify(response) : response

const calls = (value: Schema.Json | undefined): ReadonlyArray<Schema.JsonObject> =>
  objects(value).filter(isJson).map((call) => ("function" in call ? call : { type: "function", function: call }))

/**
 * Writes one piece of a bare answer, or the whole of it, which is in `result`, as Chat Completions would have it. What has
 * choices is left as it is: newer models answer so.
 *
 * @category decoding
 * @since 0.1.0
 */
export const toChat = (value: JsonObject, isWhole: boolean): JsonObject => {
  const answer = (isWhole ? object(value.result) : undefined) ?? value
  if (answer.response === undefined && answer.tool_calls === undefined) return answer
  const said = { content: textOf(answer.response) ?? null, tool_calls: calls(answer.tool_calls) }
  return { choices: [{ index: 0, ...(isWhole ? { message: said } : { delta: said }) }], usage: answer.usage }
}

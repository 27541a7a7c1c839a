/**
 * Reads what an output item of the Responses API is, from its JSON on the wire.
 *
 * @see https://platform.openai.com/docs/api-reference/responses/object
 */
import type { ItemStart } from "../../../domain/ResponseEvent.ts"
import { type JsonObject, nonEmpty, string } from "../../json/Json.ts"

/** The protocol's name, which items carry. */
export const name = "openai-responses"

/**
 * Whether a call is one of xAI's own searches of X: they come as calls of free-form tools, with ids of their own form.
 */
const isOwnSearch = (item: JsonObject): boolean => string(item.call_id)?.startsWith("xs_call_") === true

/** Returns the kind of an item. Tools that the provider runs are named `…_call`, and their results `…_output`
 * or, at Perplexity, `…_results`. */
export const kind = (item: JsonObject): ItemStart["type"] => {
  const type = string(item.type) ?? ""
  switch (type) {
    case "message":
    case "reasoning":
      return type
    case "function_call":
      return "tool-call"
    case "custom_tool_call":
      return isOwnSearch(item) ? "server-tool-call" : "custom-tool-call"
    default:
      return /_call$|_output$|_results$|^mcp_/.test(type) ? "server-tool-call" : "unknown"
  }
}

/** Returns the id of an item, which of a tool call is the one that its result must name. */
export const idOf = (item: JsonObject): string | undefined =>
  item.type === "function_call" || item.type === "custom_tool_call"
    ? (nonEmpty(item.call_id) ?? nonEmpty(item.id))
    : nonEmpty(item.id)

/**
 * Reads the tools of requests that wrap each function, as Chat Completions does: `{type: "function", function: {name}}`.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
import * as Json from "../Json.ts"

/** Returns the names of the functions. */
export const names = (body: Json.JsonObject): ReadonlyArray<string> =>
  Json.list(body["tools"]).flatMap((tool) => Json.text(Json.object(Json.object(tool)["function"])["name"]) ?? [])

/**
 * A request as the body of generateContent. The model and whether the answer is streamed are in the address.
 *
 * @see https://ai.google.dev/api/generate-content
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { InvalidRequestError } from "../../../domain/CompletionError.ts"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import { defined, isObject, type JsonObject } from "../../json/Json.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import type { Protocol } from "../Protocol.ts"
import type { EncodeContext } from "../../request/EncodeContext.ts"
import * as RequestMessages from "./RequestMessages.ts"
import * as RequestTools from "./RequestTools.ts"
import * as ModelGenerations from "./ModelGenerations.ts"
import * as RequestSchema from "./RequestSchema.ts"
import * as RequestReasoning from "./RequestReasoning.ts"

const output = (
  request: CompletionRequest,
  context: EncodeContext,
  found: PromptParts.Problems
): Schema.JsonObject => {
  const wanted = request.outputSchema
  if (wanted === undefined) return {}
  const responseMimeType = "application/json"
  if (wanted === "json") return { responseMimeType }
  const schema = PromptParts.answerSchema(wanted, found)
  if (context.quirks.schemaDialect === "json-schema") return { responseMimeType, responseJsonSchema: schema }
  const written = RequestSchema.translate(schema, (why) => found.refuse("outputSchema", `it ${why}`))
  return written === undefined ? { responseMimeType } : { responseMimeType, responseSchema: written }
}

const generation = (
  request: CompletionRequest,
  context: EncodeContext,
  model: ModelGenerations.Model,
  found: PromptParts.Problems
): Schema.JsonObject =>
  defined({
    maxOutputTokens: request.maxOutputTokens,
    temperature: request.temperature,
    topP: request.topP,
    topK: request.topK,
    stopSequences: PromptParts.stopSequences(request),
    seed: request.seed,
    thinkingConfig: request.reasoning === undefined ? undefined : RequestReasoning.config(request.reasoning, model),
    ...output(request, context, found)
  })

/** Puts fields into others, level by level: nearly all that there is to set is not at the top. */
const into = (base: Schema.JsonObject, fields: JsonObject): Schema.JsonObject => {
  const result = new Map(Object.entries(base))
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue
    const before = result.get(key)
    result.set(key, isObject(before) && isObject(value) ? into(defined(before), value) : value)
  }
  return Object.fromEntries(result)
}

/**
 * Writes a request as a body.
 *
 * **Details**
 *
 * The caller's own fields for this provider (`safetySettings`, `cachedContent`, `generationConfig.responseModalities`, …) go
 * over the others at every level, so that one of them does not take its neighbours away. `text.verbosity`, `user`, the hints
 * for the prompt cache and the name, description and strictness of an output schema have no field and are left out; so is
 * `metadata`, but for the `labels` quirk.
 *
 * @category encoding
 * @since 0.1.0
 */
export const encodeRequest: Protocol["encodeRequest"] = (
  request,
  context
): Result.Result<Schema.JsonObject, InvalidRequestError> => {
  const found = PromptParts.problems(context)
  const model = ModelGenerations.of(context)
  const config = generation(request, context, model, found)
  const body: Schema.JsonObject = {
    ...RequestMessages.fields(request.prompt.content, { found, model }),
    ...RequestTools.fields(request, context, model, found),
    ...(Object.keys(config).length === 0 ? {} : { generationConfig: config }),
    ...(context.quirks.labels === true && request.metadata !== undefined ? { labels: { ...request.metadata } } : {})
  }
  const problem = found.first()
  return problem === undefined
    ? Result.succeed(into(body, PromptParts.ownOptions(request, context)))
    : Result.fail(problem)
}

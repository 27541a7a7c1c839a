/**
 * Encodes a request as the body of `generateContent`. The model, and whether the response is streamed, are in the URL.
 *
 * @see https://ai.google.dev/api/generate-content
 */
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import { defined, isObject, type JsonObject } from "../../json/Json.ts"
import type { EncodeContext } from "../../request/EncodeContext.ts"
import * as History from "../../request/History.ts"
import * as ModelFit from "../../request/ModelFit.ts"
import * as Problems from "../../request/Problems.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import * as RequestSchemas from "../../request/RequestSchemas.ts"
import type { Protocol } from "../Protocol.ts"
import * as ModelGenerations from "./ModelGenerations.ts"
import * as RequestMessages from "./RequestMessages.ts"
import * as RequestReasoning from "./RequestReasoning.ts"
import * as RequestSchema from "./RequestSchema.ts"
import * as RequestTools from "./RequestTools.ts"

/** Encodes the output schema. */
const outputFields = (
  { outputSchema }: CompletionRequest,
  context: EncodeContext,
  schemas: RequestSchemas.RequestSchemas
): Schema.JsonObject => {
  if (outputSchema === undefined) return {}
  const responseMimeType = "application/json"
  if (outputSchema === "json") return { responseMimeType }
  const schema = schemas.output(outputSchema)
  if (RequestSchema.isJsonSchema(context)) return { responseMimeType, responseJsonSchema: schema }
  return RequestSchema.isBlank(schema) ? { responseMimeType } : { responseMimeType, responseSchema: schema }
}

/** Encodes `generationConfig`. */
const generationConfig = (
  request: CompletionRequest,
  context: EncodeContext,
  schemas: RequestSchemas.RequestSchemas
): Schema.JsonObject =>
  defined({
    maxOutputTokens: request.maxOutputTokens,
    temperature: request.temperature,
    topP: request.topP,
    topK: request.topK,
    stopSequences: PromptParts.stopSequences(request),
    seed: request.seed,
    thinkingConfig: request.reasoning === undefined ? undefined : RequestReasoning.encode(request.reasoning),
    ...outputFields(request, context, schemas)
  })

/** Merges fields into others at every level: nearly all of Gemini's fields are below the top. */
const merge = (base: Schema.JsonObject, fields: JsonObject): Schema.JsonObject => {
  const result = new Map(Object.entries(base))
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue
    const before = result.get(key)
    result.set(key, isObject(before) && isObject(value) ? merge(defined(before), value) : value)
  }
  return Object.fromEntries(result)
}

/**
 * Encodes a request.
 *
 * **Details**
 *
 * The caller's own fields for this provider (`safetySettings`, `cachedContent`, `generationConfig.responseModalities`,
 * …) are merged over the others at every level, so that one of them does not remove its neighbours. `text.verbosity`,
 * `user`, the hints for the prompt cache and the name, description and strictness of an output schema have no field and
 * are left out; so is `metadata`, except with the quirk `labels`. What the model does not accept is left out or changed
 * by the table of rules, with a warning.
 */
export const encode: Protocol["encodeRequest"] = (given, context) => {
  const problems = Problems.make(context)
  const schemas = RequestSchemas.make(context.quirks.schemas ?? "gemini", problems)
  const model = ModelGenerations.of(context)
  const { request } = ModelFit.fit(given, context, problems, {
    reasoningOf: (rules) => ModelGenerations.reasoningOf(rules, context)
  })
  const history = History.read(request, context, problems, { protocol: "gemini", toolIds: "any" })
  const config = generationConfig(request, context, schemas)
  const body: Schema.JsonObject = {
    ...RequestMessages.encode(history, { problems, model }),
    ...RequestTools.encode(request, context, model, schemas, problems),
    ...(Object.keys(config).length === 0 ? {} : { generationConfig: config }),
    ...(context.quirks.labels === true && request.metadata !== undefined ? { labels: { ...request.metadata } } : {})
  }
  return problems.encoded(merge(body, PromptParts.ownOptions(request, context)))
}

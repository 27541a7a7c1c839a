/**
 * Encodes a request as the body of `POST /interactions`.
 *
 * @see https://ai.google.dev/api/interactions-api
 */
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import { defined, isObject } from "../../json/Json.ts"
import * as History from "../../request/History.ts"
import * as ModelFit from "../../request/ModelFit.ts"
import * as Problems from "../../request/Problems.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import * as RequestSchemas from "../../request/RequestSchemas.ts"
import type { Protocol } from "../Protocol.ts"
import * as RequestMessages from "./RequestMessages.ts"
import * as RequestReasoning from "./RequestReasoning.ts"
import * as RequestTools from "./RequestTools.ts"
import { name } from "./ResponseItems.ts"

/** Encodes the output schema as the format of the text. */
const responseFormat = (
  { outputSchema }: CompletionRequest,
  schemas: RequestSchemas.RequestSchemas
): ReadonlyArray<Schema.JsonObject> | undefined => {
  if (outputSchema === undefined) return undefined
  const format = { type: "text", mime_type: "application/json" }
  return [
    outputSchema === "json" ? format : { ...format, schema: schemas.output(outputSchema) }
  ]
}

/** Encodes `generation_config`. */
const generationConfig = (
  request: CompletionRequest,
  choice: Schema.Json | undefined
): Schema.JsonObject =>
  defined({
    temperature: request.temperature,
    top_p: request.topP,
    seed: request.seed,
    stop_sequences: PromptParts.stopSequences(request),
    max_output_tokens: request.maxOutputTokens,
    ...RequestReasoning.encode(request.reasoning),
    tool_choice: choice
  })

/** The caller's options that continue an interaction at the provider, so that the prompt may be empty. */
const continues = (own: Schema.JsonObject): boolean =>
  own.previous_interaction_id !== undefined || own.input !== undefined

/**
 * Encodes a request.
 *
 * **Details**
 *
 * The whole conversation is sent, and `store: false`: the API would store it by default. A caller who wants it stored,
 * or continues a stored one, sets `store`, `previous_interaction_id` or `background` in the provider's options, which
 * come last; their `generation_config` is merged with ours. `topK`, `text.verbosity`, `metadata`, `user`, the hints for
 * the prompt cache and the name, description and strictness of an output schema have no field and are left out. A
 * budget of reasoning tokens becomes the nearest level.
 */
export const encode: Protocol["encodeRequest"] = (given, context) => {
  const problems = Problems.make(context)
  const schemas = RequestSchemas.make(context.quirks.schemas ?? "gemini-json", problems)
  const { generation_config: ownConfig, ...own } = PromptParts.ownOptions(given, context)
  const { request } = ModelFit.fit(given, context, problems, {
    reasoningOf: (rules) => RequestReasoning.ruleOf(rules, context)
  })
  const { choice, tools } = RequestTools.encode(request, schemas, problems)
  const history = History.read(request, context, problems, {
    protocol: name,
    toolIds: "any",
    continues: own.previous_interaction_id !== undefined
  })
  const prompt = RequestMessages.encode(history, problems)
  if (prompt.input === undefined && !continues(own)) {
    problems.refuse("prompt", "it has no messages with content; add a user message")
  }
  const config = {
    ...generationConfig(request, choice),
    ...(isObject(ownConfig) ? defined(ownConfig) : {})
  }
  return problems.encoded({
    // An agent takes the place of the model.
    ...(own.agent === undefined ? { model: context.model } : {}),
    ...prompt,
    ...defined({ tools, response_format: responseFormat(request, schemas) }),
    ...(Object.keys(config).length === 0 ? {} : { generation_config: config }),
    // A run in the background cannot go on unless it is stored.
    ...(own.background === true ? {} : { store: false }),
    ...(context.stream ? { stream: true } : {}),
    ...own
  })
}

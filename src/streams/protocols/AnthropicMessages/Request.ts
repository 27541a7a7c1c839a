/**
 * A request as the body of the Messages API.
 *
 * @see https://docs.anthropic.com/en/api/messages
 * @since 0.1.0
 */
import * as AnthropicStructuredOutput from "effect/ai/AnthropicStructuredOutput"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { InvalidRequestError } from "../../../domain/CompletionError.ts"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import { defined, isObject } from "../../json/Json.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import type { Protocol } from "../Protocol.ts"
import * as RequestMessages from "./RequestMessages.ts"
import * as RequestTools from "./RequestTools.ts"
import * as RequestReasoning from "./RequestReasoning.ts"

const fallbackMaxTokens = 4096

/** Sampling is fixed while a model thinks, and takes one of its parameters at a time otherwise. */
const sampling = (request: CompletionRequest, thinks: boolean): Schema.JsonObject =>
  thinks ? {} : defined({
    temperature: request.temperature,
    top_p: request.temperature === undefined ? request.topP : undefined,
    top_k: request.topK
  })

const outputConfig = (request: CompletionRequest, found: PromptParts.Problems): Schema.JsonObject => {
  const effort = request.reasoning?.effort
  const output = request.outputSchema
  if (output === "json") {
    found.refuse("outputSchema", "the Messages API has no JSON mode without a schema; give the schema of the answer")
  }
  const config = defined({
    effort: effort === "none" ? undefined : effort,
    format: output === undefined || output === "json" ? undefined : {
      type: "json_schema",
      // The API takes a part of JSON Schema only. An answer to a schema that was fitted into it (optional fields become
      // nullable ones) is decoded with the codec of `AnthropicStructuredOutput.toCodecAnthropic`.
      schema: PromptParts.answerSchema(output, found, AnthropicStructuredOutput.toCodecAnthropic)
    }
  })
  return Object.keys(config).length === 0 ? {} : { output_config: config }
}

/** The betas that the request's own header asks for, where they go into the body. */
const betas = (request: CompletionRequest): Schema.JsonObject => {
  const given = Object.entries(request.headers ?? {}).find(([name]) => name.toLowerCase() === "anthropic-beta")
  const names = (given?.[1] ?? "").split(",").map((name) => name.trim()).filter((name) => name !== "")
  return names.length === 0 ? {} : { anthropic_beta: names }
}

/**
 * Writes a request as a body.
 *
 * **Details**
 *
 * `max_tokens` is required by the API: without `maxOutputTokens` it is the provider's default, or 4096. `seed`,
 * `text.verbosity`, `metadata`, the key of the prompt cache and the name, description and strictness of an output schema have
 * no field and are left out. The API takes `topP` only without `temperature`, and neither of them nor `topK` while the model
 * thinks: they are left out there.
 *
 * @category encoding
 * @since 0.1.0
 */
export const encodeRequest: Protocol["encodeRequest"] = (
  request,
  context
): Result.Result<Schema.JsonObject, InvalidRequestError> => {
  const found = PromptParts.problems(context)
  const own = PromptParts.ownOptions(request, context)
  const thought = RequestReasoning.field(request)
  const chosen = isObject(own.thinking) ? own.thinking : thought
  const ttl = request.promptCache?.ttl
  const { quirks } = context
  const body: Schema.JsonObject = {
    ...(quirks.modelInBody === false ? {} : { model: context.model }),
    ...(quirks.anthropicVersion === undefined ? {} : { anthropic_version: quirks.anthropicVersion }),
    ...(quirks.betasInBody === true ? betas(request) : {}),
    max_tokens: RequestReasoning.maxTokens(
      request,
      request.maxOutputTokens ?? quirks.defaultMaxTokens ?? fallbackMaxTokens
    ),
    ...RequestMessages.fields(request.prompt.content, {
      found,
      ttl,
      takesReferences: quirks.fileReferences !== false
    }),
    ...RequestTools.fields(request, found),
    ...(thought === undefined ? {} : { thinking: thought }),
    ...sampling(request, chosen !== undefined && chosen.type !== "disabled"),
    ...defined({ stop_sequences: PromptParts.stopSequences(request) }),
    ...outputConfig(request, found),
    ...(request.promptCache?.auto === true ? { cache_control: RequestMessages.cacheControl(ttl) } : {}),
    ...(request.user === undefined ? {} : { metadata: { user_id: request.user } }),
    ...(context.stream && quirks.streamInBody !== false ? { stream: true } : {}),
    ...own
  }
  const problem = found.first()
  return problem === undefined ? Result.succeed(body) : Result.fail(problem)
}

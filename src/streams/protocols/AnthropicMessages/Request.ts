/**
 * Encodes a request as the body of the Messages API.
 *
 * @see https://docs.anthropic.com/en/api/messages
 */
import * as AnthropicStructuredOutput from "effect/ai/AnthropicStructuredOutput"
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import { defined, isObject } from "../../json/Json.ts"
import * as History from "../../request/History.ts"
import * as Problems from "../../request/Problems.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import type { Protocol } from "../Protocol.ts"
import * as RequestMessages from "./RequestMessages.ts"
import * as RequestTools from "./RequestTools.ts"
import * as RequestReasoning from "./RequestReasoning.ts"

/** `max_tokens` of a request that sets no limit: the API requires one, and every model allows this one. */
const defaultMaxTokens = 4096

/** Encodes sampling: a thinking model accepts no parameter, any other one of `temperature` and `top_p`. */
const sampling = (request: CompletionRequest, isThinking: boolean): Schema.JsonObject =>
  isThinking ? {} : defined({
    temperature: request.temperature,
    top_p: request.temperature === undefined ? request.topP : undefined,
    top_k: request.topK
  })

/** Encodes the effort and the output schema. */
const outputConfig = (request: CompletionRequest, problems: Problems.Problems): Schema.JsonObject => {
  const effort = request.reasoning?.effort
  const output = request.outputSchema
  if (output === "json") {
    problems.refuse("outputSchema", "the Messages API has no JSON mode without a schema; give a schema")
  }
  const config = defined({
    effort: effort === "none" ? undefined : effort,
    format: output === undefined || output === "json" ? undefined : {
      type: "json_schema",
      // The API accepts a subset of JSON Schema. The output of a schema that was adapted to it (optional fields become
      // nullable ones) is decoded with the codec of `AnthropicStructuredOutput.toCodecAnthropic`.
      schema: PromptParts.outputSchemaOf(output, problems, AnthropicStructuredOutput.toCodecAnthropic)
    }
  })
  return Object.keys(config).length === 0 ? {} : { output_config: config }
}

/** Encodes the betas of the request's own header, for servers that take them in the body. */
const betas = (request: CompletionRequest): Schema.JsonObject => {
  const given = Object.entries(request.headers ?? {}).find(([name]) => name.toLowerCase() === "anthropic-beta")
  const names = (given?.[1] ?? "").split(",").map((name) => name.trim()).filter((name) => name !== "")
  return names.length === 0 ? {} : { anthropic_beta: names }
}

/**
 * Encodes a request.
 *
 * **Details**
 *
 * The API requires `max_tokens`: without `maxOutputTokens` it is 4096. `seed`,
 * `text.verbosity`, `metadata`, the key of the prompt cache and the name, description and strictness of an output
 * schema have no field and are left out. The API accepts `topP` only without `temperature`, and none of `temperature`,
 * `topP` and `topK` while the model thinks: they are left out there.
 */
export const encode: Protocol["encodeRequest"] = (request, context) => {
  const problems = Problems.make(context)
  const history = History.read(request, context, problems, { protocol: "anthropic-messages", toolIds: "word" })
  const own = PromptParts.ownOptions(request, context)
  const thinking = RequestReasoning.encode(request)
  const sentThinking = isObject(own.thinking) ? own.thinking : thinking
  const ttl = request.promptCache?.ttl
  const { quirks } = context
  const body: Schema.JsonObject = {
    ...(quirks.modelInBody === false ? {} : { model: context.model }),
    ...(quirks.anthropicVersion === undefined ? {} : { anthropic_version: quirks.anthropicVersion }),
    ...(quirks.betasInBody === true ? betas(request) : {}),
    max_tokens: RequestReasoning.maxTokens(request, request.maxOutputTokens ?? defaultMaxTokens),
    ...RequestMessages.encode(history, {
      problems,
      ttl,
      takesReferences: quirks.fileReferences !== false
    }),
    ...RequestTools.encode(request, problems),
    ...(thinking === undefined ? {} : { thinking }),
    ...sampling(request, sentThinking !== undefined && sentThinking.type !== "disabled"),
    ...defined({ stop_sequences: PromptParts.stopSequences(request) }),
    ...outputConfig(request, problems),
    ...(request.promptCache?.auto === true ? { cache_control: RequestMessages.cacheControl(ttl) } : {}),
    ...(request.user === undefined ? {} : { metadata: { user_id: request.user } }),
    ...(context.stream && quirks.streamInBody !== false ? { stream: true } : {}),
    ...own
  }
  return problems.encoded(body)
}

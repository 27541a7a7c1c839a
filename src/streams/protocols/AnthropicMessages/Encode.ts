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
import { isObject } from "../Json.ts"
import * as PromptParts from "../PromptParts.ts"
import type { EncodeContext, Protocol } from "../Protocol.ts"
import * as EncodeMessages from "./EncodeMessages.ts"
import * as EncodeTools from "./EncodeTools.ts"

const fallbackMaxTokens = 4096

/**
 * Thinking by budget is the older way, by effort the newer one. What is thought counts as output, so the limit must be
 * above the budget.
 *
 * @see https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking
 */
const thinking = (request: CompletionRequest): Schema.JsonObject | undefined => {
  const { budgetTokens, effort, summary } = request.reasoning ?? {}
  if (effort === "none") return { type: "disabled" }
  if (budgetTokens !== undefined) return { type: "enabled", budget_tokens: budgetTokens }
  return effort === undefined
    ? undefined
    : { type: "adaptive", ...(summary === undefined ? {} : { display: "summarized" }) }
}

const maxTokens = (request: CompletionRequest, context: EncodeContext): number => {
  const wanted = request.maxOutputTokens ?? context.quirks.defaultMaxTokens ?? fallbackMaxTokens
  const budget = request.reasoning?.effort === "none" ? undefined : request.reasoning?.budgetTokens
  return budget === undefined || wanted > budget ? wanted : wanted + budget
}

/** Sampling is fixed while a model thinks, and takes one of its parameters at a time otherwise. */
const sampling = (request: CompletionRequest, thinks: boolean): Schema.JsonObject =>
  thinks ? {} : PromptParts.defined({
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
  const config = PromptParts.defined({
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

/**
 * Writes a request as a body.
 *
 * **Details**
 *
 * `max_tokens` is required by the API: without `maxOutputTokens` it is the provider's default, or 4096. `seed`,
 * `text.verbosity`, `metadata` and the key of the prompt cache have no field and are left out.
 *
 * @category encoding
 * @since 0.1.0
 */
export const encode: Protocol["encode"] = (
  request,
  context
): Result.Result<Schema.JsonObject, InvalidRequestError> => {
  const found = PromptParts.problems(context)
  const own = PromptParts.ownOptions(request, context)
  const thought = thinking(request)
  const chosen = isObject(own.thinking) ? own.thinking : thought
  const ttl = request.promptCache?.ttl
  const body: Schema.JsonObject = {
    model: context.model,
    max_tokens: maxTokens(request, context),
    ...EncodeMessages.fields(request.prompt.content, { found, ttl }),
    ...EncodeTools.fields(request, found),
    ...(thought === undefined ? {} : { thinking: thought }),
    ...sampling(request, chosen !== undefined && chosen.type !== "disabled"),
    ...(request.stop === undefined || request.stop.length === 0 ? {} : { stop_sequences: [...request.stop] }),
    ...outputConfig(request, found),
    ...(request.promptCache?.auto === true ? { cache_control: EncodeMessages.cacheControl(ttl) } : {}),
    ...(request.user === undefined ? {} : { metadata: { user_id: request.user } }),
    ...(context.stream ? { stream: true } : {}),
    ...own
  }
  const problem = found.first()
  return problem === undefined ? Result.succeed(body) : Result.fail(problem)
}

/**
 * Writes a request as the body of Cohere's `POST /v2/chat`.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { InvalidRequestError } from "../../../domain/CompletionError.ts"
import type { CompletionRequest, ReasoningOptions } from "../../../domain/CompletionRequest.ts"
import { defined, object } from "../../json/Json.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import type { EncodeContext } from "../../request/EncodeContext.ts"
import * as RequestMessages from "./RequestMessages.ts"
import * as RequestTools from "./RequestTools.ts"

/** Models that think do so unless they are told not to; others refuse to be told to. So nothing is sent unasked. */
const thinking = (reasoning: ReasoningOptions | undefined): Schema.JsonObject | undefined => {
  if (reasoning?.effort === "none") return { type: "disabled" }
  if (reasoning?.budgetTokens !== undefined) return { type: "enabled", token_budget: reasoning.budgetTokens }
  return reasoning?.effort === undefined ? undefined : { type: "enabled" }
}

const responseFormat = (
  request: CompletionRequest,
  found: PromptParts.Problems
): Schema.JsonObject | undefined => {
  const output = request.outputSchema
  if (output === undefined) return undefined
  if (output === "json") return { type: "json_object" }
  return { type: "json_object", json_schema: PromptParts.answerSchema(output, found) }
}

/**
 * Writes the body of a request.
 *
 * **Details**
 *
 * Cohere has no words for an effort between none and all (`reasoning.effort` other than `none` turns thinking on,
 * `budgetTokens` limits it), and none for `reasoning.summary`, `text.verbosity`, `promptCache`, `user` and `metadata`: they
 * are left out. The `providerOptions` of the provider come last and win; their `documents` are added to those of the prompt.
 *
 * @see https://docs.cohere.com/reference/chat
 * @see https://docs.cohere.com/docs/reasoning
 * @category encoding
 * @since 0.1.0
 */
export const encodeRequest = (
  request: CompletionRequest,
  context: EncodeContext
): Result.Result<Schema.JsonObject, InvalidRequestError> => {
  const found = PromptParts.problems(context)
  const own = PromptParts.ownOptions(request, context)
  const thoughts = object(own.thinking) ?? thinking(request.reasoning)
  const written = RequestMessages.encode(request.prompt, thoughts?.type !== "disabled", found)
  const body = defined({
    model: context.model,
    messages: written.messages,
    ...RequestTools.encode(request, found),
    temperature: request.temperature,
    p: request.topP,
    k: request.topK,
    max_tokens: request.maxOutputTokens,
    stop_sequences: PromptParts.stopSequences(request),
    seed: request.seed,
    thinking: thinking(request.reasoning),
    response_format: responseFormat(request, found),
    // The service requires it.
    stream: context.stream,
    ...own,
    documents: RequestMessages.documents(written, own)
  })
  const problem = found.first()
  return problem === undefined ? Result.succeed(body) : Result.fail(problem)
}

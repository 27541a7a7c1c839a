/**
 * Writes a request as the body of Ollama's `POST /api/chat`.
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
import * as ToolChoice from "../../request/ToolChoice.ts"
import * as RequestMessages from "./RequestMessages.ts"

/** Models that think do so unless they are told not to; others refuse to be told to. So nothing is sent unasked. */
const think = (reasoning: ReasoningOptions | undefined): boolean | string | undefined =>
  reasoning?.effort === "none"
    ? false
    : reasoning?.effort ?? (reasoning?.budgetTokens === undefined ? undefined : true)

const tools = (
  request: CompletionRequest,
  found: PromptParts.Problems
): ReadonlyArray<Schema.JsonObject> | undefined => {
  const choice = ToolChoice.read(request, found)
  if (choice.mode === "required") {
    found.refuse("toolChoice", "Ollama lets its models choose: it knows no way to require a tool call")
  }
  // What may not be used is not offered.
  if (choice.tools.length === 0 || choice.mode === "none") return undefined
  ToolChoice.refuseOneAtATime(request, choice.tools, found)
  return choice.tools.map((tool) => ToolChoice.writeFunction(tool, "Ollama", found))
}

/**
 * Writes the body of a request.
 *
 * **Details**
 *
 * `reasoning.effort` becomes `think`: `none` is `false`, other words (`low`, `medium`, `high`, `max`) are sent as they are;
 * `budgetTokens` alone turns thinking on, for want of a limit. Left out for want of a field: `reasoning.summary`,
 * `text.verbosity`, `promptCache`, `user`, `metadata`. The `providerOptions` of the provider
 * (`keep_alive`, …) come last and win; their `options` (`num_ctx`, …) are added to those of the request, one by one.
 *
 * @see https://github.com/ollama/ollama/blob/main/docs/api.md#generate-a-chat-completion
 * @see https://docs.ollama.com/capabilities/thinking
 * @category encoding
 * @since 0.1.0
 */
export const encodeRequest = (
  request: CompletionRequest,
  context: EncodeContext
): Result.Result<Schema.JsonObject, InvalidRequestError> => {
  const found = PromptParts.problems(context)
  const output = request.outputSchema
  const own = PromptParts.ownOptions(request, context)
  const options = defined({
    temperature: request.temperature,
    top_p: request.topP,
    top_k: request.topK,
    num_predict: request.maxOutputTokens,
    stop: PromptParts.stopSequences(request),
    seed: request.seed,
    ...object(own.options)
  })
  const body = defined({
    model: context.model,
    messages: RequestMessages.encode(request.prompt, found),
    tools: tools(request, found),
    think: think(request.reasoning),
    format: output === undefined ? undefined : output === "json" ? "json" : PromptParts.answerSchema(output, found),
    // Without it, the answer is streamed.
    stream: context.stream,
    ...own,
    options: Object.keys(options).length === 0 ? undefined : options
  })
  const problem = found.first()
  return problem === undefined ? Result.succeed(body) : Result.fail(problem)
}

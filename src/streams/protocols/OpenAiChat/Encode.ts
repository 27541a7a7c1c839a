/**
 * Writes a request as the body of `POST /chat/completions`.
 *
 * @since 0.1.0
 */
import * as OpenAiStructuredOutput from "effect/ai/OpenAiStructuredOutput"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { InvalidRequestError } from "../../../domain/CompletionError.ts"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import * as PromptParts from "../PromptParts.ts"
import type { EncodeContext } from "../Protocol.ts"
import * as Messages from "./Messages.ts"
import * as Tools from "./Tools.ts"

interface OutputFormat {
  readonly responseFormat: Schema.JsonObject | undefined
  /** What a server that knows no schemas is told in words. */
  readonly instruction: string | undefined
}

const outputFormat = (
  request: CompletionRequest,
  context: EncodeContext,
  found: PromptParts.Problems
): OutputFormat => {
  const output = request.outputSchema
  if (output === undefined) return { responseFormat: undefined, instruction: undefined }
  if (output === "json") return { responseFormat: { type: "json_object" }, instruction: undefined }
  // Strict mode takes a part of JSON Schema only: closed objects in which every property is required.
  const transform = output.strict === true ? OpenAiStructuredOutput.toCodecOpenAI : undefined
  const schema = PromptParts.answerSchema(output, found, transform)
  if (context.quirks.structuredOutput === "json_object") {
    return {
      responseFormat: { type: "json_object" },
      instruction: `Answer only with JSON that matches this JSON Schema:\n${JSON.stringify(schema)}`
    }
  }
  return {
    responseFormat: {
      type: "json_schema",
      json_schema: PromptParts.defined({
        name: output.name ?? "output",
        description: output.description,
        schema,
        strict: output.strict
      })
    },
    instruction: undefined
  }
}

/** Puts an instruction at the end of the first system message, since some servers take only one, or before all others. */
const instruct = (
  messages: ReadonlyArray<Schema.JsonObject>,
  instruction: string | undefined,
  role: string
): ReadonlyArray<Schema.JsonObject> => {
  if (instruction === undefined) return messages
  const [first, ...others] = messages
  return first?.role === role && typeof first.content === "string"
    ? [{ ...first, content: `${first.content}\n\n${instruction}` }, ...others]
    : [{ role, content: instruction }, ...messages]
}

const sampling = (
  request: CompletionRequest,
  context: EncodeContext,
  isReasoning: boolean
): Readonly<Record<string, Schema.Json | undefined>> => {
  const { maxTokensField, seedField, topK } = context.quirks
  const effort = request.reasoning?.effort
  // Models that think refuse these, unless they are told not to think.
  const allowed = !isReasoning || effort === "none"
  return {
    temperature: allowed ? request.temperature : undefined,
    top_p: allowed ? request.topP : undefined,
    top_k: topK === true ? request.topK : undefined,
    stop: request.stop,
    [seedField ?? "seed"]: request.seed,
    [isReasoning ? "max_completion_tokens" : maxTokensField ?? "max_completion_tokens"]: request.maxOutputTokens,
    reasoning_effort: effort,
    verbosity: request.text?.verbosity
  }
}

/**
 * Writes the body of a request.
 *
 * **Details**
 *
 * Left out for want of a field: `reasoning.budgetTokens`, `reasoning.summary`, `promptCache.auto`; `topK` and the cache marks
 * of parts unless a quirk says that the server knows them; `temperature` and `topP` for reasoning models. Where a server
 * knows no schemas (`structuredOutput: "json_object"`), the output schema goes into the instructions. The
 * `providerOptions` of the provider come last and win.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create
 * @see https://platform.openai.com/docs/guides/reasoning
 * @category encoding
 * @since 0.1.0
 */
export const encode = (
  request: CompletionRequest,
  context: EncodeContext
): Result.Result<Schema.JsonObject, InvalidRequestError> => {
  const found = PromptParts.problems(context)
  const isReasoning = PromptParts.isReasoningModel(context)
  const systemRole = context.quirks.systemRole ?? (isReasoning ? "developer" : "system")
  const { instruction, responseFormat } = outputFormat(request, context, found)
  const messages = Messages.encode(request.prompt, systemRole, { context, found })
  const body = PromptParts.defined({
    model: context.model,
    messages: instruct(messages, instruction, systemRole),
    ...Tools.encode(request, found),
    ...sampling(request, context, isReasoning),
    response_format: responseFormat,
    prompt_cache_key: request.promptCache?.key,
    prompt_cache_retention: request.promptCache?.ttl,
    user: request.user,
    metadata: request.metadata,
    stream: context.stream ? true : undefined,
    stream_options: context.stream && context.quirks.includeUsage !== false ? { include_usage: true } : undefined,
    ...PromptParts.ownOptions(request, context)
  })
  const problem = found.first()
  return problem === undefined ? Result.succeed(body) : Result.fail(problem)
}

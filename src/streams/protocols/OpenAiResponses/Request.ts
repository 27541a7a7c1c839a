/**
 * A request as the body of the Responses API.
 *
 * @see https://platform.openai.com/docs/api-reference/responses/create
 * @since 0.1.0
 */
import * as OpenAiStructuredOutput from "effect/ai/OpenAiStructuredOutput"
import type * as Prompt from "effect/ai/Prompt"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { InvalidRequestError } from "../../../domain/CompletionError.ts"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import { array, defined } from "../../json/Json.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import type { Protocol } from "../Protocol.ts"
import type { EncodeContext } from "../../request/EncodeContext.ts"
import * as RequestMessages from "./RequestMessages.ts"
import * as RequestTools from "./RequestTools.ts"

/** Options of the provider's own that stand in for the prompt, or continue one that the server remembers. */
const elsewhere = ["previous_response_id", "conversation", "prompt", "input"]

/**
 * System messages before the conversation are its `instructions`: every server knows them, whatever it calls the role, and
 * the server does not carry them into the next answer when a caller continues with `previous_response_id`. Those in the
 * middle stay where they are.
 */
const promptFields = (
  request: CompletionRequest,
  own: Schema.JsonObject,
  context: RequestMessages.InputContext
): Schema.JsonObject => {
  const messages = request.prompt.content
  const first = messages.findIndex((message) => message.role !== "system")
  const leading = messages.slice(0, first < 0 ? 0 : first)
  const instructions = leading
    .map((message: Prompt.Message) => (message.role === "system" ? message.content : ""))
    .filter((text) => text !== "")
    .join("\n\n")
  const input = RequestMessages.items(messages.slice(leading.length), context)
  if (input.length === 0 && !elsewhere.some((field) => own[field] !== undefined)) {
    context.found.refuse("prompt", "it has no messages with content; add a user message")
  }
  return {
    ...(instructions === "" ? {} : { instructions }),
    ...(input.length === 0 ? {} : { input: [...input] })
  }
}

const textFields = (request: CompletionRequest, found: PromptParts.Problems): Schema.JsonObject => {
  const verbosity = request.text?.verbosity
  const output = request.outputSchema
  if (verbosity === undefined && output === undefined) return {}
  const format = output === undefined
    ? undefined
    : output === "json"
    ? { type: "json_object" }
    : defined({
      type: "json_schema",
      name: output.name ?? "response",
      description: output.description,
      // Strict mode takes a part of JSON Schema only. An answer to a schema that was fitted into it (optional fields become
      // nullable ones) is decoded with the codec of `OpenAiStructuredOutput.toCodecOpenAI`.
      schema: PromptParts.answerSchema(
        output,
        found,
        output.strict === true ? OpenAiStructuredOutput.toCodecOpenAI : undefined
      ),
      strict: output.strict
    })
  return { text: defined({ format, verbosity }) }
}

const sampling = (request: CompletionRequest, context: EncodeContext): Schema.JsonObject => {
  const refused = PromptParts.isReasoningModel(context) && request.reasoning?.effort !== "none"
  return refused ? {} : defined({ temperature: request.temperature, top_p: request.topP })
}

const reasoningFields = (
  request: CompletionRequest,
  own: Schema.JsonObject,
  context: EncodeContext
): Schema.JsonObject => {
  const wanted = defined({ effort: request.reasoning?.effort, summary: request.reasoning?.summary })
  const reasons = Object.keys(wanted).length > 0 || PromptParts.isReasoningModel(context)
  return {
    ...(Object.keys(wanted).length === 0 ? {} : { reasoning: wanted }),
    // A server that stores nothing takes reasoning back only in this form. Models that do not reason refuse to give it.
    ...(own.store === false && reasons && array(own.include) === undefined
      ? { include: ["reasoning.encrypted_content"] }
      : {})
  }
}

const cacheFields = (request: CompletionRequest): Schema.JsonObject => {
  const { key, ttl } = request.promptCache ?? {}
  return defined({
    prompt_cache_key: key,
    // The older models' word and the newer models'; other lifetimes are other providers'.
    prompt_cache_retention: ttl === "24h" || ttl === "in_memory" ? ttl : undefined,
    prompt_cache_options: ttl === "30m" ? { ttl } : undefined
  })
}

/**
 * Writes a request as a body.
 *
 * **Details**
 *
 * `stop` is refused, since the API has no such field and an answer would run on; `seed`, `topK`, `promptCache.auto`, lifetimes
 * of the cache that are other providers', and a reasoning budget in tokens are left out, and for reasoning models
 * `temperature` and `topP`.
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
  if (request.stop !== undefined && request.stop.length > 0) {
    found.refuse("stop", "the Responses API has no stop sequences; take Chat Completions, or cut the answer yourself")
  }
  const body: Schema.JsonObject = {
    model: context.model,
    ...promptFields(request, own, {
      found,
      systemRole: PromptParts.isReasoningModel(context) ? "developer" : "system",
      stored: own.store !== false
    }),
    ...RequestTools.fields(request, found),
    ...defined({ max_output_tokens: request.maxOutputTokens }),
    ...sampling(request, context),
    ...reasoningFields(request, own, context),
    ...textFields(request, found),
    ...cacheFields(request),
    ...defined({
      metadata: request.metadata,
      // `user` is the old name, which OpenAI is retiring.
      safety_identifier: request.user
    }),
    ...(context.stream ? { stream: true } : {}),
    ...own
  }
  const problem = found.first()
  return problem === undefined ? Result.succeed(body) : Result.fail(problem)
}

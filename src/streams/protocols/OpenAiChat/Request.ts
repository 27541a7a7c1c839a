/**
 * Encodes a request as the body of `POST /chat/completions`.
 */
import * as OpenAiStructuredOutput from "effect/ai/OpenAiStructuredOutput"
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import { defined } from "../../json/Json.ts"
import * as History from "../../request/History.ts"
import * as Problems from "../../request/Problems.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import type { EncodeContext } from "../../request/EncodeContext.ts"
import type { Protocol } from "../Protocol.ts"
import * as RequestFields from "./RequestFields.ts"
import * as RequestMessages from "./RequestMessages.ts"
import * as RequestReasoning from "./RequestReasoning.ts"
import * as RequestTools from "./RequestTools.ts"

interface OutputFormat {
  readonly responseFormat: Schema.JsonObject | undefined
  /** The schema as an instruction to the model, for servers without schemas. */
  readonly instruction: string | undefined
}

/** Encodes the output schema, as `response_format` or as an instruction. */
const outputFormat = (
  request: CompletionRequest,
  context: EncodeContext,
  problems: Problems.Problems
): OutputFormat => {
  const output = request.outputSchema
  if (output === undefined) return { responseFormat: undefined, instruction: undefined }
  const { namedSchema, structuredOutput } = context.quirks
  if (output === "json") {
    return {
      responseFormat: namedSchema === false
        ? { type: "json_schema", json_schema: { schema: { type: "object" } } }
        : { type: "json_object" },
      instruction: undefined
    }
  }
  // Strict mode accepts a subset of JSON Schema: closed objects in which every property is required.
  const transform = output.strict === true ? OpenAiStructuredOutput.toCodecOpenAI : undefined
  const schema = PromptParts.outputSchemaOf(output, problems, transform)
  if (structuredOutput === "json_object") {
    return {
      responseFormat: { type: "json_object" },
      instruction: `Answer only with JSON that matches this JSON Schema:\n${JSON.stringify(schema)}`
    }
  }
  return {
    responseFormat: {
      type: "json_schema",
      json_schema: namedSchema === false ? { schema } : defined({
        name: output.name ?? "output",
        description: output.description,
        schema,
        strict: output.strict
      })
    },
    instruction: undefined
  }
}

/**
 * Appends an instruction to the first system message, since some servers accept only one, or puts it before all others.
 */
const withInstruction = (
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

/** Encodes sampling, limits and reasoning. */
const sampling = (
  request: CompletionRequest,
  context: EncodeContext,
  isReasoning: boolean
): Readonly<Record<string, Schema.Json | undefined>> => {
  const { maxTokensField, seedField, topK } = context.quirks
  // Reasoning models refuse these, unless reasoning is off.
  const allowed = !isReasoning || request.reasoning?.effort === "none"
  return {
    ...(allowed ? RequestFields.temperature(request.temperature, context.quirks) : {}),
    top_p: allowed ? request.topP : undefined,
    top_k: topK === true ? request.topK : undefined,
    stop: PromptParts.stopSequences(request),
    [seedField ?? "seed"]: request.seed,
    [isReasoning ? "max_completion_tokens" : maxTokensField ?? "max_completion_tokens"]: request.maxOutputTokens,
    ...RequestReasoning.encode(request, context.quirks),
    verbosity: request.text?.verbosity
  }
}

/** Encodes the request for usage. */
const usage = ({ quirks, stream }: EncodeContext): Schema.JsonObject => {
  if (quirks.includeUsage === "usage") return { usage: { include: true } }
  return stream && quirks.includeUsage !== false ? { stream_options: { include_usage: true } } : {}
}

/**
 * Encodes a request.
 *
 * **Details**
 *
 * Left out because the protocol has no field: `reasoning.summary`, `promptCache.auto`; `reasoning.budgetTokens`, `topK`
 * and the cache marks of parts unless a quirk says that the server knows them; `temperature` and `topP` for reasoning
 * models; and what `quirks.unknownFields` lists. Where a server has no schemas (`structuredOutput: "json_object"`), the
 * output schema goes into the instructions. The `providerOptions` of the provider come last and override every other
 * field.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create
 * @see https://platform.openai.com/docs/guides/reasoning
 */
export const encode: Protocol["encodeRequest"] = (request, context) => {
  const problems = Problems.make(context)
  const isReasoning = PromptParts.isReasoningModel(context)
  const systemRole = isReasoning ? "developer" : "system"
  const history = History.read(request, context, problems, { protocol: "openai-chat", toolIds: "at-most-64" })
  const { instruction, responseFormat } = outputFormat(request, context, problems)
  const messages = RequestMessages.encode(history, systemRole, { context, problems })
  const fields = defined({
    model: context.model,
    messages: withInstruction(messages, instruction, systemRole),
    ...RequestTools.encode(request, { context, problems }),
    ...sampling(request, context, isReasoning),
    response_format: responseFormat,
    prompt_cache_key: request.promptCache?.key,
    prompt_cache_retention: request.promptCache?.ttl,
    user: request.user,
    metadata: request.metadata,
    stream: context.stream ? true : undefined,
    ...usage(context)
  })
  const body = {
    ...context.quirks.body,
    ...RequestFields.fit(fields, context.quirks, problems),
    ...PromptParts.ownOptions(request, context)
  }
  return problems.encoded(body)
}

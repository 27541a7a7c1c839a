/**
 * Encodes a request as the body of `POST /chat/completions`.
 */
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import type { ModelRules } from "../../../domain/ModelRules.ts"
import { defined, isObject, string } from "../../json/Json.ts"
import * as CacheLifetime from "../../request/CacheLifetime.ts"
import * as CacheMarks from "../../request/CacheMarks.ts"
import * as FunctionsOverChat from "../../request/FunctionsOverChat.ts"
import * as ModelFit from "../../request/ModelFit.ts"
import * as History from "../../request/History.ts"
import * as OutputInstruction from "../../request/OutputInstruction.ts"
import * as Problems from "../../request/Problems.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import * as RequestSchemas from "../../request/RequestSchemas.ts"
import type { EncodeContext } from "../../request/EncodeContext.ts"
import type { Protocol } from "../Protocol.ts"
import * as RequestFields from "./RequestFields.ts"
import * as RequestMessages from "./RequestMessages.ts"
import * as RequestReasoning from "./RequestReasoning.ts"
import * as RequestTools from "./RequestTools.ts"

/** Encodes the output schema. */
const responseFormat = (
  output: CompletionRequest["outputSchema"],
  { quirks: { namedSchema } }: EncodeContext,
  schemas: RequestSchemas.RequestSchemas
): Schema.JsonObject | undefined => {
  if (output === undefined) return undefined
  if (output === "json") {
    return namedSchema === false
      ? { type: "json_schema", json_schema: { schema: { type: "object" } } }
      : { type: "json_object" }
  }
  const schema = schemas.output(output)
  return {
    type: "json_schema",
    json_schema: namedSchema === false ? { schema } : defined({
      name: output.name ?? "output",
      description: output.description,
      schema,
      strict: schemas.hasStrict ? output.strict : undefined
    })
  }
}

/** Puts the output schema into the prompt, for servers without schemas. */
const described = (
  request: CompletionRequest,
  { quirks }: EncodeContext,
  schemas: RequestSchemas.RequestSchemas
): CompletionRequest => {
  const output = request.outputSchema
  if (quirks.structuredOutput !== "json_object" || output === undefined || output === "json") return request
  const prompt = OutputInstruction.add(request.prompt, OutputInstruction.ofSchema(schemas.output(output)))
  return { ...request, prompt, outputSchema: "json" }
}

/** Encodes sampling, limits and reasoning. */
const sampling = (
  request: CompletionRequest,
  context: EncodeContext,
  hasNewLimit: boolean,
  problems: Problems.Problems
): Readonly<Record<string, Schema.Json | undefined>> => {
  const { maxTokensField, seedField, topK } = context.quirks
  return {
    ...RequestFields.temperature(request.temperature, context.quirks),
    top_p: request.topP,
    top_k: topK === true ? request.topK : undefined,
    stop: PromptParts.stopSequences(request),
    [seedField ?? "seed"]: request.seed,
    [hasNewLimit ? "max_completion_tokens" : maxTokensField ?? "max_completion_tokens"]: request.maxOutputTokens,
    ...RequestReasoning.encode(request, context.quirks, problems),
    verbosity: request.text?.verbosity
  }
}

/** Encodes the hints for the prompt cache. */
const cache = (
  { promptCache }: CompletionRequest,
  rules: ModelRules,
  { model }: EncodeContext,
  problems: Problems.Problems
): Readonly<Record<string, Schema.Json | undefined>> => ({
  prompt_cache_key: promptCache?.key,
  ...(rules.cacheLifetime === undefined
    ? { prompt_cache_retention: promptCache?.ttl }
    : CacheLifetime.encode(promptCache?.ttl, rules, model, problems))
})

/** Returns the metadata to send. Where they belong to a stored completion, the caller's own fields must store it. */
const metadataOf = (
  { metadata }: CompletionRequest,
  rules: ModelRules,
  own: Schema.JsonObject,
  problems: Problems.Problems
): CompletionRequest["metadata"] => {
  if (metadata === undefined || rules.metadata !== "stored" || own.store === true) return metadata
  problems.warn("metadata", "metadata was left out: Chat Completions takes it only with `store: true`.")
  return undefined
}

/** Returns whether the caller's own fields turn reasoning on or off. */
const ownReasoning = (own: Schema.JsonObject): boolean | undefined =>
  isObject(own.thinking)
    ? own.thinking.type !== "disabled"
    : typeof own.reasoning_effort === "string"
    ? own.reasoning_effort !== "none"
    : undefined

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
 * and the cache marks of parts unless a quirk says that the server knows them; and what `quirks.unknownFields` lists.
 * What the model does not accept is left out or changed by the table of rules, with a warning. Where a server has no
 * schemas (`structuredOutput: "json_object"`), the output schema goes into the prompt. The `providerOptions` of the
 * provider come last and override every other field.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create
 * @see https://platform.openai.com/docs/guides/reasoning
 */
export const encode: Protocol["encodeRequest"] = (given, context) => {
  const problems = Problems.make(context)
  const schemas = RequestSchemas.make(context.quirks.schemas ?? "openai-compatible", problems)
  const own = PromptParts.ownOptions(given, context)
  const possible = FunctionsOverChat.fit(
    described(given, context, schemas),
    ModelFit.rulesFor(context, false),
    string(own.reasoning_effort),
    context.model,
    problems
  )
  const { request, rules } = ModelFit.fit(possible, context, problems, {
    ownReasoning: ownReasoning(own),
    nativeReasoning: false
  })
  const { systemRole = "system" } = rules
  const history = History.read(request, context, problems, { protocol: "openai-chat", toolIds: "at-most-64" })
  const messages = RequestMessages.encode(history, systemRole, { context, problems })
  const fields = defined({
    model: context.model,
    messages,
    ...RequestTools.encode(request, schemas, { context, problems }),
    ...sampling(request, context, systemRole === "developer", problems),
    response_format: responseFormat(request.outputSchema, context, schemas),
    ...cache(request, rules, context, problems),
    user: request.user,
    metadata: metadataOf(request, rules, own, problems),
    stream: context.stream ? true : undefined,
    ...usage(context)
  })
  const body = {
    ...context.quirks.body,
    ...RequestFields.fit(fields, context.quirks, problems),
    ...own
  }
  const marked = rules.cacheMarks === undefined || context.quirks.cacheControl !== true
    ? body
    : CacheMarks.fit(body, "cache_control", { most: rules.cacheMarks, model: context.model }, problems)
  return problems.encoded(marked)
}

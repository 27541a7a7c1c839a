/**
 * Encodes a request as the body of the Messages API.
 *
 * @see https://docs.anthropic.com/en/api/messages
 */
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import type { Quirks } from "../../../domain/Quirks.ts"
import { defined, isObject } from "../../json/Json.ts"
import type { EncodeContext } from "../../request/EncodeContext.ts"
import * as History from "../../request/History.ts"
import * as CacheMarks from "../../request/CacheMarks.ts"
import * as ModelFit from "../../request/ModelFit.ts"
import * as Problems from "../../request/Problems.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import * as RequestSchemas from "../../request/RequestSchemas.ts"
import type { Protocol } from "../Protocol.ts"
import * as RequestBetas from "./RequestBetas.ts"
import * as RequestMessages from "./RequestMessages.ts"
import * as RequestTools from "./RequestTools.ts"
import * as RequestReasoning from "./RequestReasoning.ts"

/** `max_tokens` of a request that sets no limit: the API requires one, and every model allows this one. */
const defaultMaxTokens = 4096

/** Encodes the effort and the output schema. */
const outputConfig = (
  request: CompletionRequest,
  quirks: Quirks,
  schemas: RequestSchemas.RequestSchemas,
  problems: Problems.Problems
): Schema.JsonObject => {
  const output = request.outputSchema
  if (output !== undefined && quirks.outputSchemas === false) {
    problems.refuse("outputSchema", "this provider has no output schemas over the Messages API; take another protocol")
  }
  if (output === "json") {
    problems.refuse("outputSchema", "the Messages API has no JSON mode without a schema; give a schema")
  }
  const config = defined({
    effort: RequestReasoning.effortOf(request, quirks),
    format: output === undefined || output === "json"
      ? undefined
      : { type: "json_schema", schema: schemas.output(output) }
  })
  return Object.keys(config).length === 0 ? {} : { output_config: config }
}

/** Returns the request with the betas of the caller and those that its body needs: a header, or a field of the body. */
const withBetas = (
  body: Schema.JsonObject,
  request: CompletionRequest,
  context: EncodeContext,
  problems: Problems.Problems
): ReturnType<Protocol["encodeRequest"]> => {
  const own = Object.entries(request.headers ?? {}).find(([name]) => name.toLowerCase() === RequestBetas.header)
  const { all, hasAdded } = RequestBetas.of(body, own?.[1] ?? context.headers?.[RequestBetas.header])
  if (context.quirks.betasInBody !== true) {
    return problems.encoded(body, hasAdded ? { [RequestBetas.header]: all.join(",") } : undefined)
  }
  return problems.encoded(all.length === 0 ? body : { ...body, anthropic_beta: all })
}

/**
 * Encodes a request.
 *
 * **Details**
 *
 * The API requires `max_tokens`: without `maxOutputTokens` it is 4096. `seed`,
 * `text.verbosity`, `metadata`, the key of the prompt cache and the name, description and strictness of an output
 * schema have no field and are left out. What the model does not accept is left out or changed by the table of rules,
 * with a warning. The betas that the body needs are added to those of the caller.
 */
export const encode: Protocol["encodeRequest"] = (given, context) => {
  const problems = Problems.make(context)
  const schemas = RequestSchemas.make(context.quirks.schemas ?? "anthropic", problems)
  const own = PromptParts.ownOptions(given, context)
  const { reasons, request, rules } = ModelFit.fit(given, context, problems, {
    ownReasoning: isObject(own.thinking) ? own.thinking.type !== "disabled" : undefined
  })
  const history = History.read(request, context, problems, { protocol: "anthropic-messages", toolIds: "word" })
  const isAutomatic = request.promptCache?.auto === true
  const ttl = request.promptCache?.ttl
  const { quirks } = context
  const thinking = RequestReasoning.encode(request, rules, quirks)
  const body: Schema.JsonObject = {
    ...(quirks.modelInBody === false ? {} : { model: context.model }),
    ...(quirks.anthropicVersion === undefined ? {} : { anthropic_version: quirks.anthropicVersion }),
    max_tokens: RequestReasoning.maxTokens(request, request.maxOutputTokens ?? defaultMaxTokens),
    ...RequestMessages.encode(history, {
      problems,
      rules,
      model: context.model,
      ttl,
      takesReferences: quirks.fileReferences !== false,
      takesFallbacks: quirks.fallbackBlocks === true,
      replaysReasoning: reasons && (quirks.reasoningReplayAlways ?? false) !== false
    }),
    ...RequestTools.encode(request, { problems, schemas, rules, quirks, model: context.model }),
    ...(thinking === undefined ? {} : { thinking }),
    ...defined({
      temperature: request.temperature,
      top_p: request.topP,
      top_k: request.topK,
      stop_sequences: PromptParts.stopSequences(request)
    }),
    ...outputConfig(request, quirks, schemas, problems),
    ...(isAutomatic ? { cache_control: RequestMessages.cacheControl(ttl) } : {}),
    ...(request.user === undefined ? {} : { metadata: { user_id: request.user } }),
    ...(context.stream && quirks.streamInBody !== false ? { stream: true } : {}),
    ...own
  }
  const marked = rules.cacheMarks === undefined ? body : CacheMarks.fit(body, "cache_control", {
    most: rules.cacheMarks,
    automatic: isAutomatic ? [ttl] : [],
    model: context.model
  }, problems)
  return withBetas(marked, request, context, problems)
}

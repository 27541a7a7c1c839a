/**
 * Encodes a request as the body of Converse.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 */
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import { defined, isObject } from "../../json/Json.ts"
import * as History from "../../request/History.ts"
import * as CacheMarks from "../../request/CacheMarks.ts"
import type { EncodeContext } from "../../request/EncodeContext.ts"
import * as ModelFit from "../../request/ModelFit.ts"
import * as Problems from "../../request/Problems.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import * as RequestSchemas from "../../request/RequestSchemas.ts"
import type { Protocol } from "../Protocol.ts"
import * as ModelFamilies from "./ModelFamilies.ts"
import * as RequestMessages from "./RequestMessages.ts"
import * as RequestReasoning from "./RequestReasoning.ts"
import * as RequestTools from "./RequestTools.ts"

/** Encodes the output limit, sampling and stop sequences as the fields of `inferenceConfig`. */
const inferenceFields = (
  request: CompletionRequest,
  family: ModelFamilies.Family
): Schema.JsonObject =>
  defined({
    maxTokens: RequestReasoning.maxTokens(request, family),
    temperature: request.temperature,
    topP: request.topP,
    stopSequences: PromptParts.stopSequences(request)
  })

/** Encodes `topK` at the path that the family has for it. */
const topK = (
  request: CompletionRequest,
  family: ModelFamilies.Family,
  problems: Problems.Problems
): Schema.JsonObject => {
  if (request.topK === undefined) return {}
  if (family.topK === undefined) {
    problems.warn("topK", "topK was left out: Converse has no field for it that this model reads.")
    return {}
  }
  const [first = "", ...others] = family.topK
  return { [first]: others.reduceRight<Schema.Json>((field, key) => ({ [key]: field }), request.topK) }
}

/** Encodes the output schema. */
const outputConfig = (
  request: CompletionRequest,
  schemas: RequestSchemas.RequestSchemas,
  problems: Problems.Problems
): Schema.JsonObject => {
  const output = request.outputSchema
  if (output === undefined) return {}
  if (output === "json") {
    problems.refuse("outputSchema", "Converse has no JSON mode without a schema; give a schema")
    return {}
  }
  const schema = schemas.output(output)
  const jsonSchema = defined({ schema: JSON.stringify(schema), name: output.name, description: output.description })
  return { outputConfig: { textFormat: { type: "json_schema", structure: { jsonSchema } } } }
}

/** Fits the breakpoints of the prompt cache, which are among the tools, the system blocks and the messages. */
const withinMarks = (
  body: Schema.JsonObject,
  most: number,
  { model }: EncodeContext,
  problems: Problems.Problems
): Schema.JsonObject => {
  const { toolConfig, ...others } = body
  if (!isObject(toolConfig) || toolConfig.tools === undefined) {
    return CacheMarks.fit(body, "cachePoint", { most, model }, problems)
  }
  const { tools, ...fitted } = CacheMarks.fit(
    { tools: toolConfig.tools, ...others },
    "cachePoint",
    { most, model },
    problems
  )
  return { ...fitted, toolConfig: defined({ ...toolConfig, tools }) }
}

/** Merges the caller's record into ours under a name; an empty record, which the API refuses, is left out. */
const merged = (name: string, ours: Schema.JsonObject, own?: Schema.Json): Schema.JsonObject => {
  const fields = isObject(own) ? { ...ours, ...defined(own) } : ours
  return Object.keys(fields).length === 0 ? {} : { [name]: fields }
}

/**
 * Encodes a request. The model is in the address.
 *
 * **Details**
 *
 * Fields that only one family has (thinking, effort, top-k, Claude's own tools) go into `additionalModelRequestFields`.
 * The caller's own `inferenceConfig` and `additionalModelRequestFields` are merged with ours; other fields replace
 * them. `metadata` becomes `requestMetadata`, which Bedrock's logs show. `seed`, `text.verbosity`, `user` and the key
 * of the prompt cache have no field and are left out, and so are cache hints, reasoning and `topK` where the family has
 * no field for them. What the model does not accept is left out or changed by the table of rules, with a warning.
 */
export const encode: Protocol["encodeRequest"] = (given, context) => {
  const problems = Problems.make(context)
  const family = ModelFamilies.of(context)
  const schemas = RequestSchemas.make(context.quirks.schemas ?? family.schemas ?? "bedrock", problems)
  const { additionalModelRequestFields, inferenceConfig, ...own } = PromptParts.ownOptions(given, context)
  const ownFields = isObject(additionalModelRequestFields) ? additionalModelRequestFields : {}
  const fitted = ModelFit.fit(given, context, problems, {
    ownReasoning: isObject(ownFields.thinking) ? ownFields.thinking.type !== "disabled" : undefined
  })
  const request = RequestReasoning.limited(fitted.request, family, problems)
  const history = History.read(request, context, problems, {
    protocol: "bedrock-converse",
    toolIds: family.toolIds ?? "word-64"
  })
  const tools = RequestTools.encode(request, family, schemas, problems)
  const reasoningFields = RequestReasoning.encode(request, family, fitted.rules, problems)
  const body: Schema.JsonObject = {
    ...RequestMessages.encode(history, {
      family,
      separatesResults: context.quirks.assistantAfterResults ?? family.acceptsTextAfterResults !== true,
      problems,
      ttl: request.promptCache?.ttl,
      isCached: request.promptCache?.auto === true,
      hasTools: tools.config !== undefined || tools.additional.tools !== undefined || own.toolConfig !== undefined
    }),
    ...merged("inferenceConfig", inferenceFields(request, family), inferenceConfig),
    ...(tools.config === undefined ? {} : { toolConfig: tools.config }),
    ...outputConfig(request, schemas, problems),
    ...merged("requestMetadata", { ...request.metadata }),
    ...merged(
      "additionalModelRequestFields",
      { ...topK(request, family, problems), ...reasoningFields, ...tools.additional },
      additionalModelRequestFields
    ),
    ...own
  }
  return problems.encoded(
    fitted.rules.cacheMarks === undefined ? body : withinMarks(body, fitted.rules.cacheMarks, context, problems)
  )
}

/**
 * A request as the body of Converse.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 * @since 0.1.0
 */
import * as AnthropicStructuredOutput from "effect/ai/AnthropicStructuredOutput"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { InvalidRequestError } from "../../../domain/CompletionError.ts"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import * as RequestReasoning from "../AnthropicMessages/RequestReasoning.ts"
import { defined, isObject } from "../../json/Json.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import type { Protocol } from "../Protocol.ts"
import * as RequestMessages from "./RequestMessages.ts"
import * as RequestTools from "./RequestTools.ts"
import * as ModelFamilies from "./ModelFamilies.ts"

/** Nova's levels; words of other models are the nearest of them. */
const novaEfforts: Readonly<Record<string, string>> = { minimal: "low", xhigh: "high", max: "high" }

/**
 * How a family asks for reasoning. `takesNoLimits` says that the model refuses limits and sampling beside it, `fixesSampling`
 * that it refuses sampling.
 */
const reasoningOf = (request: CompletionRequest, family: ModelFamilies.Family): {
  readonly fields: Schema.JsonObject
  readonly takesNoLimits: boolean
  readonly fixesSampling: boolean
} => {
  const effort = request.reasoning?.effort
  switch (family.reasoning) {
    case "thinking": {
      const thinking = RequestReasoning.field(request)
      return {
        fields: {
          ...(thinking === undefined ? {} : { thinking }),
          ...(effort === undefined || effort === "none" ? {} : { output_config: { effort } })
        },
        takesNoLimits: false,
        fixesSampling: thinking !== undefined && thinking.type !== "disabled"
      }
    }
    case "reasoningConfig": {
      if (effort === undefined) return { fields: {}, takesNoLimits: false, fixesSampling: false }
      if (effort === "none") {
        return { fields: { reasoningConfig: { type: "disabled" } }, takesNoLimits: false, fixesSampling: false }
      }
      const level = novaEfforts[effort] ?? effort
      return {
        fields: { reasoningConfig: { type: "enabled", maxReasoningEffort: level } },
        takesNoLimits: level === "high",
        fixesSampling: level === "high"
      }
    }
    case "reasoning_effort":
      return {
        fields: effort === undefined ? {} : { reasoning_effort: effort },
        takesNoLimits: false,
        fixesSampling: false
      }
    default:
      return { fields: {}, takesNoLimits: false, fixesSampling: false }
  }
}

/** The default of Claude's limit where a budget for thinking has to be put on top. */
const defaultMaxTokens = 4096

const inference = (
  request: CompletionRequest,
  family: ModelFamilies.Family,
  reasoning: ReturnType<typeof reasoningOf>
): Schema.JsonObject => {
  const wanted = request.maxOutputTokens ??
    (family.reasoning === "thinking" && request.reasoning?.budgetTokens !== undefined ? defaultMaxTokens : undefined)
  const sampling = reasoning.fixesSampling ? {} : {
    temperature: request.temperature,
    topP: family.readsOneSampling === true && request.temperature !== undefined ? undefined : request.topP
  }
  return defined({
    maxTokens: wanted === undefined || reasoning.takesNoLimits
      ? undefined
      : family.reasoning === "thinking"
      ? RequestReasoning.maxTokens(request, wanted)
      : wanted,
    ...sampling,
    stopSequences: PromptParts.stopSequences(request)
  })
}

const topK = (request: CompletionRequest, family: ModelFamilies.Family): Schema.JsonObject => {
  if (request.topK === undefined || family.topK === undefined) return {}
  const [first = "", ...others] = family.topK
  return { [first]: others.reduceRight<Schema.Json>((field, key) => ({ [key]: field }), request.topK) }
}

const outputConfig = (
  request: CompletionRequest,
  family: ModelFamilies.Family,
  found: PromptParts.Problems
): Schema.JsonObject => {
  const output = request.outputSchema
  if (output === undefined) return {}
  if (output === "json") {
    found.refuse("outputSchema", "Converse has no JSON mode without a schema; give the schema of the answer")
    return {}
  }
  const schema = PromptParts.answerSchema(
    output,
    found,
    family.reasoning === "thinking" ? AnthropicStructuredOutput.toCodecAnthropic : undefined
  )
  return {
    outputConfig: {
      textFormat: {
        type: "json_schema",
        structure: {
          jsonSchema: defined({
            schema: JSON.stringify(schema),
            name: output.name,
            description: output.description
          })
        }
      }
    }
  }
}

/** Two records of fields as one. */
const merged = (name: string, ours: Schema.JsonObject, theirs: Schema.Json | undefined): Schema.JsonObject => {
  const fields = isObject(theirs) ? { ...ours, ...defined(theirs) } : ours
  return Object.keys(fields).length === 0 ? {} : { [name]: fields }
}

/**
 * Writes a request as a body. The model is in the address.
 *
 * **Details**
 *
 * What only one maker's models know (thinking, effort, top-k, Claude's own tools) goes into `additionalModelRequestFields`. The
 * caller's own `inferenceConfig` and `additionalModelRequestFields` are added to ours, other fields replace them.
 * `metadata` becomes `requestMetadata`, which Bedrock's logs show. `seed`, `text.verbosity`, `user` and the key of the
 * prompt cache have no field and are left out, and so are hints for the cache and for reasoning where the model has no word
 * for them, and `topK` where the maker has none. Claude takes `topP` only without `temperature`, and neither while it
 * thinks; Nova takes neither, and no `maxOutputTokens`, beside its highest effort.
 *
 * @category encoding
 * @since 0.1.0
 */
export const encodeRequest: Protocol["encodeRequest"] = (
  request,
  context
): Result.Result<Schema.JsonObject, InvalidRequestError> => {
  const found = PromptParts.problems(context)
  const family = ModelFamilies.of(context)
  const { additionalModelRequestFields, inferenceConfig, ...own } = PromptParts.ownOptions(request, context)
  const tools = RequestTools.make(request, family, found)
  const reasoning = reasoningOf(request, family)
  const body: Schema.JsonObject = {
    ...RequestMessages.fields(request.prompt.content, {
      family,
      found,
      ttl: request.promptCache?.ttl,
      isCached: request.promptCache?.auto === true,
      hasTools: tools.config !== undefined || tools.additional.tools !== undefined || own.toolConfig !== undefined
    }),
    ...merged("inferenceConfig", inference(request, family, reasoning), inferenceConfig),
    ...(tools.config === undefined ? {} : { toolConfig: tools.config }),
    ...outputConfig(request, family, found),
    // An empty record is refused.
    ...merged("requestMetadata", { ...request.metadata }, undefined),
    ...merged(
      "additionalModelRequestFields",
      { ...topK(request, family), ...reasoning.fields, ...tools.additional },
      additionalModelRequestFields
    ),
    ...own
  }
  const problem = found.first()
  return problem === undefined ? Result.succeed(body) : Result.fail(problem)
}

/**
 * Encodes a request as the body of the Responses API.
 *
 * @see https://platform.openai.com/docs/api-reference/responses/create
 */
import type * as Prompt from "effect/ai/Prompt"
import type * as Schema from "effect/Schema"
import type { CompletionRequest } from "../../../domain/CompletionRequest.ts"
import type { Quirks } from "../../../domain/Quirks.ts"
import * as Replay from "../../../domain/Replay.ts"
import { defined, isObject, string } from "../../json/Json.ts"
import * as CacheLifetime from "../../request/CacheLifetime.ts"
import * as History from "../../request/History.ts"
import * as ModelFit from "../../request/ModelFit.ts"
import type { EncodeContext } from "../../request/EncodeContext.ts"
import * as Problems from "../../request/Problems.ts"
import * as PromptParts from "../../request/PromptParts.ts"
import * as RequestSchemas from "../../request/RequestSchemas.ts"
import type { Protocol } from "../Protocol.ts"
import * as RequestFields from "../OpenAiChat/RequestFields.ts"
import * as RequestMessages from "./RequestMessages.ts"
import * as RequestReasoning from "./RequestReasoning.ts"
import * as RequestSchema from "./RequestSchema.ts"
import * as RequestTools from "./RequestTools.ts"
import { name } from "./ResponseItems.ts"

/** The provider's own options that replace the prompt, or continue one that the server stores. */
const promptOptions = ["previous_response_id", "conversation", "prompt", "input"]

/** The provider's own options that continue a conversation which the server stores. */
const continuations = ["previous_response_id", "conversation"]

/** Adds a problem for an option that continues a stored conversation, where the server stores none. */
const checkContinuation = (own: Schema.JsonObject, { storesResponses }: Quirks, problems: Problems.Problems): void => {
  const given = storesResponses === false ? continuations.find((field) => own[field] !== undefined) : undefined
  if (given === undefined) return
  problems.refuse("providerOptions", `this provider stores no responses: send the conversation instead of ${given}`)
}

/** Returns whether a call runs on after the response, so that its result comes later or never. */
const isAsync = (call: Prompt.ToolCallPart): boolean => {
  const item = Replay.itemOf(call, name)
  return item !== undefined && "native" in item && isObject(item.native) && item.native.async === true
}

/**
 * Reads the earlier conversation. The server accepts results anywhere after their calls, and may have the calls itself.
 */
const readHistory = (
  request: CompletionRequest,
  own: Schema.JsonObject,
  context: EncodeContext,
  problems: Problems.Problems
): ReadonlyArray<Prompt.Message> =>
  History.read(request, context, problems, {
    protocol: name,
    toolIds: "at-most-64",
    results: "anywhere",
    continues: own.previous_response_id !== undefined || own.conversation !== undefined,
    isOpen: isAsync
  })

/**
 * Encodes the prompt. System messages before the conversation become `instructions`: every server knows them, whatever
 * it calls the role, and the server does not carry them over when a caller continues with `previous_response_id`. Later
 * system messages stay where they are.
 */
const promptFields = (
  messages: ReadonlyArray<Prompt.Message>,
  own: Schema.JsonObject,
  context: RequestMessages.PromptContext
): Schema.JsonObject => {
  const first = messages.findIndex((message) => message.role !== "system")
  const leading = messages.slice(0, first < 0 ? 0 : first)
  const instructions = leading
    .map((message: Prompt.Message) => (message.role === "system" ? message.content : ""))
    .filter((text) => text !== "")
    .join("\n\n")
  const input = RequestMessages.encode(messages.slice(leading.length), context)
  if (input.length === 0 && !promptOptions.some((field) => own[field] !== undefined)) {
    context.problems.refuse("prompt", "it has no messages with content; add a user message")
  }
  return {
    ...(instructions === "" ? {} : { instructions }),
    ...(input.length === 0 ? {} : { input: [...input] })
  }
}

const textFields = (
  request: CompletionRequest,
  { unknownFields }: Quirks,
  schemas: RequestSchemas.RequestSchemas,
  problems: Problems.Problems
): Schema.JsonObject => {
  const text = {
    ...defined({ format: RequestSchema.encode(request, schemas) }),
    ...RequestFields.fit(defined({ verbosity: request.text?.verbosity }), { unknownFields }, problems)
  }
  return Object.keys(text).length === 0 ? {} : { text }
}

/**
 * Encodes a request.
 *
 * **Details**
 *
 * `stop` is refused: the API has no such field, and the output would run on. `seed`, `topK`, `promptCache.auto`, the
 * cache lifetimes of other providers and a reasoning budget in tokens are left out. What the model does not accept is
 * left out or changed by the table of rules, with a warning.
 */
export const encode: Protocol["encodeRequest"] = (given, context) => {
  const problems = Problems.make(context)
  const schemas = RequestSchemas.make(context.quirks.schemas ?? "openai", problems)
  const own = PromptParts.ownOptions(given, context)
  const ownEffort = isObject(own.reasoning) ? string(own.reasoning.effort) : undefined
  const { reasons, request, rules } = ModelFit.fit(given, context, problems, {
    ownReasoning: ownEffort === undefined ? undefined : ownEffort !== "none",
    nativeReasoning: false
  })
  const { quirks } = context
  checkContinuation(own, quirks, problems)
  if (request.stop !== undefined && request.stop.length > 0) {
    problems.refuse(
      "stop",
      "the Responses API has no stop sequences; take Chat Completions, or cut the text yourself"
    )
  }
  const body: Schema.JsonObject = {
    model: context.model,
    ...promptFields(readHistory(request, own, context, problems), own, {
      problems,
      systemRole: rules.systemRole ?? "system",
      isStored: own.store !== false && quirks.storesResponses !== false,
      callsLast: quirks.callsLast === true,
      replaysReasoning: reasons && (quirks.reasoningReplayAlways ?? false) !== false
    }),
    ...RequestTools.encode(request, quirks, schemas, problems),
    ...defined({
      max_output_tokens: request.maxOutputTokens,
      temperature: request.temperature,
      top_p: request.topP
    }),
    ...RequestReasoning.encode(request, own, reasons || rules.reasonsByDefault === true, quirks),
    ...textFields(request, quirks, schemas, problems),
    ...RequestFields.fit(
      {
        ...CacheLifetime.encode(request.promptCache?.ttl, rules, context.model, problems),
        ...defined({
          prompt_cache_key: request.promptCache?.key,
          metadata: request.metadata,
          user: request.user
        })
      },
      // OpenAI is retiring the older name `user`.
      { fieldNames: { user: "safety_identifier", ...quirks.fieldNames }, unknownFields: quirks.unknownFields },
      problems
    ),
    ...(context.stream ? { stream: true } : {}),
    ...own
  }
  return problems.encoded(body)
}

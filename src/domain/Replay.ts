/**
 * Puts a completion into the next request's prompt without loss.
 *
 * Each item becomes one part of an assistant message. The whole item is in the part's `options.sluice.item`, where the
 * encoder of the same protocol finds signatures, ids and anything else that the provider requires. Encoders of other
 * protocols use the part as it stands.
 *
 * **Example** (Continuing a conversation after a tool call)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { Prompt } from "effect/ai"
 * import { ChatModel, type Completion, type CompletionRequest, Replay } from "sluice"
 *
 * // Runs each tool call with `run`, and requests the next step.
 * export const nextStep = (
 *   request: CompletionRequest.CompletionRequestInput,
 *   completion: Completion.Completion,
 *   run: (name: string, parameters: unknown) => unknown
 * ) => {
 *   const results = completion.toolCalls.map((call) => Replay.toolResult(call, run(call.name, call.arguments)))
 *   const prompt = [Replay.toPrompt(completion.items), ...results].reduce(
 *     (before, message) => Prompt.concat(before, message),
 *     Prompt.make(request.prompt)
 *   )
 *   return ChatModel.complete({ ...request, prompt })
 * }
 * ```
 *
 * @since 0.1.0
 */
import * as Prompt from "effect/ai/Prompt"
import * as Equal from "effect/Equal"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { ResponseItem } from "./ResponseItem.ts"

/**
 * The `options.sluice` of a part or a message.
 *
 * @category models
 * @since 0.1.0
 */
export class PartOptions extends Schema.Opaque<PartOptions>()(Schema.Struct({
  /**
   * Marks a breakpoint of the provider's prompt cache: everything up to it is cached. With `ttl`, its entry lives that
   * long. Default: no breakpoint.
   */
  cache: Schema.optionalKey(Schema.Union([
    Schema.Boolean,
    Schema.Struct({
      /** How long the entry lives, as the provider spells it (`5m`, `1h`). */
      ttl: Schema.String
    })
  ])),
  /** The resolution at which an image is read. Default: the provider's. */
  detail: Schema.optionalKey(Schema.Literals(["auto", "low", "high"])),
  /**
   * Of a system message: until when it holds, to the next message of the user (`next_user_message`) or for good
   * (`never`). It then stays at its place in the conversation. Default: at the top with the others. Messages API alone.
   */
  clearAt: Schema.optionalKey(Schema.Literals(["next_user_message", "never"])),
  /**
   * Of a system message: the effort of the model from there on, in the provider's own vocabulary. The message stays at
   * its place in the conversation, and may be empty. Default: that of the request. Messages API alone.
   */
  effort: Schema.optionalKey(Schema.String),
  /** The item of a completion that the part was made from. */
  item: Schema.optionalKey(ResponseItem)
})) {}

const decodeOptions = Schema.decodeUnknownOption(PartOptions)
const noOptions: PartOptions = {}

/**
 * Returns the `options.sluice` of a part or a message; empty where there are none, or where they are invalid.
 *
 * @category accessors
 * @since 0.1.0
 */
export const optionsOf = (holder: {
  /** The options of all providers, by name. */
  readonly options: Prompt.ProviderOptions
}): PartOptions => {
  const options = holder.options["sluice"]
  return options === undefined || options === null
    ? noOptions
    : Option.getOrElse(decodeOptions(options), () => noOptions)
}

/**
 * Returns the item that a part was made from, if the item came over the given protocol: only then can its opaque fields
 * be sent back.
 *
 * @category accessors
 * @since 0.1.0
 */
export const itemOf = (
  part: {
    /** The options of all providers, by name. */
    readonly options: Prompt.ProviderOptions
  },
  protocol: string
): ResponseItem | undefined => {
  const item = optionsOf(part).item
  return item !== undefined && "protocol" in item && item.protocol === protocol ? item : undefined
}

/**
 * Returns the arguments of a tool call to send back: those that the provider sent, if the call came over the given
 * protocol and was not changed since, and otherwise those of the part.
 *
 * @category accessors
 * @since 0.2.0
 */
export const argumentsOf = (part: Prompt.ToolCallPart, protocol: string): unknown => {
  const item = itemOf(part, protocol)
  return item?._tag === "ToolCall" && item.argumentsSent !== undefined && Equal.equals(item.arguments, part.params)
    ? item.argumentsSent
    : part.params
}

const encodeItem = Schema.encodeSync(ResponseItem)

const textOf = (item: ResponseItem & { readonly _tag: "Message" }): string =>
  item.content.map((content) => (content._tag === "OutputText" ? content.text : content.refusal)).join("")

const toPart = (item: ResponseItem): Prompt.AssistantMessagePart | undefined => {
  const options = { sluice: { item: encodeItem(item) } }
  switch (item._tag) {
    case "Message":
      return Prompt.textPart({ text: textOf(item), options })
    case "Reasoning":
      return Prompt.reasoningPart({ text: [...item.summary, ...item.content].join("\n"), options })
    case "ToolCall":
      return Prompt.toolCallPart({
        id: item.id,
        name: item.name,
        params: item.arguments,
        providerExecuted: false,
        options
      })
    case "CustomToolCall":
      return Prompt.toolCallPart({
        id: item.id,
        name: item.name,
        params: item.input,
        providerExecuted: false,
        options
      })
    case "ServerToolCall":
      return Prompt.toolCallPart({
        id: item.id ?? "",
        name: item.name ?? item.type,
        params: {},
        providerExecuted: true,
        options
      })
    case "File": {
      // The part has the bytes already.
      const { data, ...rest } = item
      const where = item.url === undefined || !URL.canParse(item.url) ? (item.url ?? data ?? "") : new URL(item.url)
      return Prompt.filePart({
        mediaType: item.mediaType,
        data: data ?? where,
        options: { sluice: { item: encodeItem(rest) } }
      })
    }
    case "UnknownItem":
      return Prompt.toolCallPart({ id: "", name: item.type, params: {}, providerExecuted: true, options })
    case "InvalidToolCall":
      // It was never run, so it has no result, and every provider rejects a call without one.
      return undefined
  }
}

/**
 * Creates the assistant message of a completion's items. Append it to the prompt of the request, then the tool results,
 * and send the next request.
 *
 * @category constructors
 * @since 0.1.0
 */
export const toPrompt = (items: ReadonlyArray<ResponseItem>): Prompt.Prompt => {
  const content = items.flatMap((item) => toPart(item) ?? [])
  return content.length === 0 ? Prompt.empty : Prompt.fromMessages([Prompt.assistantMessage({ content })])
}

/**
 * Creates the tool message with the result of one tool call. `isFailure` marks the result of a tool that failed.
 *
 * @category constructors
 * @since 0.1.0
 */
export const toolResult = (
  call: {
    /** The id of the tool call. */
    readonly id: string
    /** The name of the tool. */
    readonly name: string
  },
  result: unknown,
  isFailure = false
): Prompt.Prompt =>
  Prompt.fromMessages([
    Prompt.toolMessage({
      content: [Prompt.toolResultPart({ id: call.id, name: call.name, result, isFailure, providerExecuted: false })]
    })
  ])

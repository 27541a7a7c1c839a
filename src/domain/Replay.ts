/**
 * How an answer gets into the next request's prompt without loss.
 *
 * Each item becomes one part of an assistant message; the whole item travels in the part's `options.sluice.item`, where
 * the encoder of the same protocol finds signatures, ids and whatever else the provider wants back. Encoders of other
 * protocols use the part as it stands.
 *
 * @since 0.1.0
 */
import * as Prompt from "effect/ai/Prompt"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { ResponseItem } from "./ResponseItem.ts"

/**
 * Schema for what Sluice understands in the `options.sluice` of a part or a message.
 *
 * **Details**
 *
 * `cache` marks a breakpoint for the provider's prompt cache. `detail` is how closely an image is looked at. `item` is the
 * answer's item that the part came from.
 *
 * @category schemas
 * @since 0.1.0
 */
export const PartOptions = Schema.Struct({
  cache: Schema.optionalKey(Schema.Union([Schema.Boolean, Schema.Struct({ ttl: Schema.String })])),
  detail: Schema.optionalKey(Schema.Literals(["auto", "low", "high"])),
  item: Schema.optionalKey(ResponseItem)
})

/**
 * What Sluice understands in the `options.sluice` of a part or a message.
 *
 * @category models
 * @since 0.1.0
 */
export type PartOptions = typeof PartOptions.Type

const decodeOptions = Schema.decodeUnknownOption(PartOptions)
const noOptions: PartOptions = {}

/**
 * Reads the `options.sluice` of a part or a message. Empty when there are none, or none that make sense.
 *
 * @category accessors
 * @since 0.1.0
 */
export const optionsOf = (holder: { readonly options: Prompt.ProviderOptions }): PartOptions => {
  const options = holder.options["sluice"]
  return options === undefined || options === null
    ? noOptions
    : Option.getOrElse(decodeOptions(options), () => noOptions)
}

/**
 * The item a part came from, if it came over the given protocol: only then can opaque fields be sent back.
 *
 * @category accessors
 * @since 0.1.0
 */
export const itemOf = (
  part: { readonly options: Prompt.ProviderOptions },
  protocol: string
): ResponseItem | undefined => {
  const item = optionsOf(part).item
  return item !== undefined && "protocol" in item && item.protocol === protocol ? item : undefined
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
      // The part has the bytes; once is enough.
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
      // It was never run, so it has no result, and a call without a result is refused by every provider.
      return undefined
  }
}

/**
 * Creates the assistant message that replays an answer. Concatenate it with the prompt that was asked, add the tool
 * results, and ask again.
 *
 * @category constructors
 * @since 0.1.0
 */
export const toPrompt = (items: ReadonlyArray<ResponseItem>): Prompt.Prompt => {
  const content = items.flatMap((item) => toPart(item) ?? [])
  return content.length === 0 ? Prompt.empty : Prompt.fromMessages([Prompt.assistantMessage({ content })])
}

/**
 * Creates the tool message with one tool's result.
 *
 * @category constructors
 * @since 0.1.0
 */
export const toolResult = (
  call: { readonly id: string; readonly name: string },
  result: unknown,
  isFailure = false
): Prompt.Prompt =>
  Prompt.fromMessages([
    Prompt.toolMessage({
      content: [Prompt.toolResultPart({ id: call.id, name: call.name, result, isFailure, providerExecuted: false })]
    })
  ])

/**
 * Reads whatever Bedrock streams: the events of Converse, and the models' own events that InvokeModel carries, which are
 * those of another protocol.
 *
 * InvokeModel's are told by their looks, since nothing else names their language: Claude's have a `type`, those of models that
 * speak Chat have `choices`, and Nova's are those of Converse with their name as the one field.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html
 * @since 0.1.0
 */
import type { ProviderError } from "../../../domain/CompletionError.ts"
import * as Messages from "../AnthropicMessages/Response.ts"
import type { Assembly } from "../../response/Assembly.ts"
import { isObject, type JsonObject, nonEmpty, object } from "../../json/Json.ts"
import type { FrameDecoder } from "../../response/JsonStream.ts"
import * as Chat from "../OpenAiChat/Response.ts"
import type { DecodeContext } from "../../response/StreamDecoder.ts"
import { classifyReported } from "../../response/ErrorClassifier.ts"
import * as Decode from "./Response.ts"

type Problem = ProviderError | string | undefined

/** A machine of any of the languages. `response` reads an answer that was not streamed. */
interface Inner extends FrameDecoder {
  readonly response: (value: JsonObject) => Problem
}

/** The field that names an event, and the event: `{"messageStop": {"stopReason": …}}`. */
const named = (value: JsonObject): readonly [string, JsonObject] | undefined => {
  for (const [name, payload] of Object.entries(value)) if (isObject(payload)) return [name, payload]
  return undefined
}

/** What a body of 200 says that is no answer: the address has no such operation (recorded). */
const refusal = (value: JsonObject): string | undefined =>
  nonEmpty(object(value.Output)?.__type)?.split("#").at(-1) ?? nonEmpty(value.__type)?.split("#").at(-1)

/**
 * Makes the machine of one answer, in the language that its first event is in.
 *
 * @category constructors
 * @since 0.1.0
 */
export const machine = (context: DecodeContext, assembly: Assembly): Inner => {
  const converse = Decode.machine(context, assembly)
  let inner: Inner | undefined

  const failed = (code: string, fields: JsonObject): ProviderError =>
    classifyReported({ ...fields, __type: code }, context, { partial: assembly.partial() })

  const choose = (value: JsonObject): Inner => {
    if (typeof value.type === "string") {
      const claude = Messages.machine(context, assembly)
      return { ...claude, response: claude.message }
    }
    return value.choices === undefined ? converse : Chat.machine(context, assembly)
  }

  const own = (value: JsonObject): Problem => {
    const code = refusal(value)
    if (code !== undefined) return failed(code, value)
    const event = named(value)
    if (event === undefined) return converse.frame(value, "")
    const [name, payload] = event
    return name.endsWith("Exception") ? failed(name, payload) : converse.frame(payload, name)
  }

  return {
    frame: (value, event) => {
      if (event !== "") return converse.frame(value, event)
      inner ??= choose(value)
      return inner === converse ? own(value) : inner.frame(value, event)
    },
    response: (value) => {
      const code = refusal(value)
      return code === undefined ? choose(value).response(value) : failed(code, value)
    },
    doneMarker: () => (inner ?? converse).doneMarker(),
    isWhole: () => (inner ?? converse).isWhole(),
    get contract() {
      return (inner ?? converse).contract
    },
    finish: () => (inner ?? converse).finish(),
    templates: converse.templates
  }
}

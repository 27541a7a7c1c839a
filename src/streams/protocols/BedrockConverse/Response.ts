/**
 * Decodes every response of Bedrock: the events of Converse, and those that InvokeModel carries, which are the events
 * of the model's own protocol.
 *
 * The protocol of InvokeModel's events is recognised by their fields, since nothing else names it: Claude's have a
 * `type`, those of models that speak Chat have `choices`, and Nova's are those of Converse with their name as the only
 * field.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html
 */
import type { ProviderError } from "../../../domain/CompletionError.ts"
import type { Evidence } from "../../../domain/ResponseEvent.ts"
import { isObject, type JsonObject, nonEmpty, object } from "../../json/Json.ts"
import type { TemplateRules } from "../../json/SharedTemplate.ts"
import { Assembly } from "../../response/Assembly.ts"
import { classifyReported } from "../../response/ErrorClassifier.ts"
import * as InvocationMetrics from "../../response/InvocationMetrics.ts"
import * as JsonStream from "../../response/JsonStream.ts"
import type { DecodeContext, StreamDecoder, WholeResponse } from "../../response/StreamDecoder.ts"
import * as WholeJson from "../../response/WholeJson.ts"
import * as Messages from "../AnthropicMessages/Response.ts"
import * as Chat from "../OpenAiChat/Response.ts"
import * as Converse from "./ResponseConverse.ts"
import * as ResponseFrames from "./ResponseFrames.ts"

/** A frame decoder of any of the protocols. */
interface AnyDecoder extends JsonStream.FrameDecoder {
  /** Decodes a whole body, and completes the response. */
  readonly response: (value: JsonObject, json: string) => JsonStream.FrameProblem | undefined
}

/** Returns the field that names an event, and the event: `{"messageStop": {"stopReason": …}}`. */
const named = (value: JsonObject): readonly [string, JsonObject] | undefined => {
  for (const [event, payload] of Object.entries(value)) if (isObject(payload)) return [event, payload]
  return undefined
}

/**
 * Returns the error code in a body with status 200, which reports that the address has no such operation (recorded).
 */
const errorCode = (value: JsonObject): string | undefined =>
  nonEmpty(object(value.Output)?.__type)?.split("#").at(-1) ?? nonEmpty(value.__type)?.split("#").at(-1)

class Decoder implements AnyDecoder {
  readonly templates: TemplateRules<JsonObject>
  readonly #context: DecodeContext
  readonly #assembly: Assembly
  readonly #converse: Converse.ConverseDecoder
  #chosen: AnyDecoder | undefined

  constructor(context: DecodeContext, assembly: Assembly) {
    this.#context = context
    this.#assembly = assembly
    this.#converse = Converse.make(context, assembly)
    this.templates = this.#converse.templates
  }

  get contract(): ReadonlyArray<Evidence> {
    return (this.#chosen ?? this.#converse).contract
  }

  frame(value: JsonObject, event: string, json?: string): JsonStream.FrameProblem | undefined {
    if (event !== "") return this.#converse.frame(value, event, json)
    this.#chosen ??= this.#choose(value)
    if (this.#chosen === this.#converse) return this.#named(value, json)
    // The metrics come in the last event, which may complete the response.
    return InvocationMetrics.take(this.#assembly, value) ? undefined : this.#chosen.frame(value, event, json)
  }

  response(value: JsonObject, json: string): JsonStream.FrameProblem | undefined {
    const code = errorCode(value)
    if (code !== undefined) return this.#failed(code, value)
    const decoder = this.#choose(value)
    if (!isObject(value.usage)) InvocationMetrics.takeHeaders(this.#assembly, this.#context.headers)
    return decoder.response(value, json)
  }

  doneMarker(): void {
    const decoder = this.#chosen ?? this.#converse
    decoder.doneMarker()
  }

  isWhole(): boolean {
    return (this.#chosen ?? this.#converse).isWhole()
  }

  finish(): void {
    const decoder = this.#chosen ?? this.#converse
    decoder.finish()
  }

  #failed(code: string, fields: JsonObject): ProviderError {
    return classifyReported({ ...fields, __type: code }, this.#context, { partial: this.#assembly.partial() })
  }

  /** Chooses the protocol of a response by its first event or its body. */
  #choose(value: JsonObject): AnyDecoder {
    if (typeof value.type === "string") return Messages.make(this.#context, this.#assembly)
    return value.choices === undefined ? this.#converse : Chat.make(this.#context, this.#assembly)
  }

  /** Decodes an event of Converse that has its name as its only field. */
  #named(value: JsonObject, json: string | undefined): JsonStream.FrameProblem | undefined {
    const code = errorCode(value)
    if (code !== undefined) return this.#failed(code, value)
    const event = named(value)
    if (event === undefined) return this.#converse.frame(value, "", json)
    const [name, payload] = event
    return name.endsWith("Exception") ? this.#failed(name, payload) : this.#converse.frame(payload, name, json)
  }
}

/** Makes the frame decoder of one response, in the protocol of its first event. */
export const make = (context: DecodeContext, assembly: Assembly): AnyDecoder => new Decoder(context, assembly)

/** Makes the decoder of one streamed response. */
export const stream = (context: DecodeContext): StreamDecoder => {
  const assembly = new Assembly(context)
  const reading = new JsonStream.Reading(context, assembly)
  const decoder = make(context, assembly)
  return JsonStream.make(reading, decoder, ResponseFrames.make(reading, decoder))
}

/** Decodes a body that was not streamed. */
export const whole = (body: string, context: DecodeContext): WholeResponse =>
  WholeJson.read(body, context, (value, assembly) => make(context, assembly).response(value, body))

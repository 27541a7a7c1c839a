/**
 * Decodes the Interactions API: one frame decoder for the events of a stream and for a whole body, which is an
 * interaction.
 *
 * @see https://ai.google.dev/gemini-api/docs/interactions/streaming
 */
import type { ProviderError } from "../../../domain/CompletionError.ts"
import type { FinishReason } from "../../../domain/FinishReason.ts"
import type { Evidence } from "../../../domain/ResponseEvent.ts"
import { array, isObject, type JsonObject, nonEmpty, object, objects, string } from "../../json/Json.ts"
import type { TemplateRules } from "../../json/SharedTemplate.ts"
import { Assembly, cutsOff } from "../../response/Assembly.ts"
import { reportsFailure } from "../../response/ErrorBody.ts"
import { classifyReported } from "../../response/ErrorClassifier.ts"
import * as EventStreamBody from "../../response/EventStreamBody.ts"
import type { FrameDecoder, FrameProblem, Repeat } from "../../response/JsonStream.ts"
import { OpenBlocks } from "../../response/OpenBlocks.ts"
import * as SseJson from "../../response/SseJson.ts"
import type { DecodeContext, StreamDecoder, WholeResponse } from "../../response/StreamDecoder.ts"
import { UniqueCallIds } from "../../response/UniqueCallIds.ts"
import * as WholeJson from "../../response/WholeJson.ts"
import { index, WireItems } from "../../response/WireItems.ts"
import { Citations } from "./Citations.ts"
import * as ResponseItems from "./ResponseItems.ts"
import * as Usage from "./Usage.ts"

const contract: ReadonlyArray<Evidence> = ["terminal-event"]

const finishReason = (status: string | null): FinishReason => {
  switch (status) {
    case "completed":
      return "stop"
    case "requires_action":
      return "tool-calls"
    case "incomplete":
    case "budget_exceeded":
      return "length"
    default:
      return "other"
  }
}

/** The names of the text fields of deltas by their path in an event. */
const texts: ReadonlyMap<string, string> = new Map([
  ["delta.text", "text"],
  ["delta.arguments", "arguments"]
])

const deltas: ReadonlySet<unknown> = new Set(["text", "arguments_delta"])

/** The events that have templates, and their slots. Each event has another id. */
const templates: TemplateRules<JsonObject> = {
  isDelta: (value) => value.event_type === "step.delta" && isObject(value.delta) && deltas.has(value.delta.type),
  isRead: (path) => texts.has(path),
  isText: (path) => texts.has(path),
  unread: new Set(["event_id"])
}

/** The frame decoder of the Interactions API. */
class Decoder implements FrameDecoder {
  readonly contract = contract
  readonly templates = templates
  readonly #context: DecodeContext
  readonly #assembly: Assembly
  readonly #wireItems: WireItems
  readonly #steps: OpenBlocks<ResponseItems.Step>
  readonly #ids: UniqueCallIds
  readonly #citations = new Citations()
  #status: string | undefined

  constructor(context: DecodeContext, assembly: Assembly) {
    this.#context = context
    this.#assembly = assembly
    this.#wireItems = new WireItems(assembly)
    this.#ids = new UniqueCallIds(context, assembly)
    this.#steps = new OpenBlocks(
      assembly,
      (step) => ResponseItems.finished(assembly, step, cutsOff(finishReason(assembly.finishReasonRaw)))
    )
  }

  frame(value: JsonObject, event: string, json?: string): FrameProblem | undefined {
    const type = nonEmpty(value.event_type) ?? event
    this.#addUsage(object(value.metadata)?.usage)
    switch (type) {
      case "step.delta":
        return this.#delta(value, json)
      case "step.start":
        return this.#start(value, json)
      case "step.stop":
        return this.#stop(value)
      case "interaction.created":
        this.#created(object(value.interaction) ?? {})
        return undefined
      case "interaction.status_update":
        this.#status = nonEmpty(value.status)
        return undefined
      case "interaction.completed":
        return this.#completed(value, json)
      case "error":
        return this.#failed(value)
      default:
        if (reportsFailure(value)) return this.#failed(value)
        this.#assembly.unknown(type)
        return undefined
    }
  }

  repeat(value: JsonObject, _event: string, path: string): Repeat | undefined {
    const at = index(value.index)
    const step = at === undefined ? undefined : this.#steps.at(at)
    const field = texts.get(path)
    return step === undefined || field === undefined || !isObject(value.delta) ||
        !ResponseItems.accepts(step, value.delta)
      ? undefined
      : ResponseItems.deltaSink(this.#assembly, step, field)
  }

  /** Decodes a whole body, and completes the response. */
  response(interaction: JsonObject, json: string): FrameProblem | undefined {
    const status = nonEmpty(interaction.status)
    if (status === undefined && array(interaction.steps) === undefined) return "the body is not an interaction"
    this.#created(interaction)
    if (status === "in_progress") return "the interaction is still in progress: it was requested in the background"
    this.#assembly.saw("end-of-body")
    return this.#end(interaction, status ?? "completed", json)
  }

  doneMarker(): void {
    this.#assembly.saw("done-marker")
  }

  incompleteDetail(): string | undefined {
    return this.#status === undefined ? undefined : `the last status of the interaction was "${this.#status}"`
  }

  isWhole(): boolean {
    return this.#assembly.completed
  }

  finish(): void {
    this.#assembly.created(null, null)
    this.#steps.finish()
    this.#assembly.complete(finishReason(this.#assembly.finishReasonRaw))
  }

  #failed(value: JsonObject): ProviderError {
    return classifyReported(value, this.#context, { partial: this.#assembly.partial() })
  }

  #created({ id, model, agent }: JsonObject): void {
    // An interaction that is not stored has an empty id.
    this.#assembly.created(nonEmpty(id) ?? null, nonEmpty(model) ?? nonEmpty(agent) ?? null)
  }

  #completed(value: JsonObject, json: string | undefined): FrameProblem | undefined {
    const interaction = value.interaction
    if (!isObject(interaction)) return "interaction.completed has no interaction"
    const status = nonEmpty(interaction.status) ?? this.#status ?? "completed"
    this.#created(interaction)
    // A run in the background goes on after the end of the stream.
    if (status === "in_progress") return undefined
    this.#assembly.saw("terminal-event")
    return this.#end(interaction, status, json)
  }

  /** Completes the response with its interaction, or returns the error that this reports. */
  #end(interaction: JsonObject, status: string, json: string | undefined): FrameProblem | undefined {
    const assembly = this.#assembly
    assembly.finishReasonRaw = status
    if (isObject(interaction.usage)) {
      this.#addUsage(interaction.usage)
      assembly.saw("usage")
    }
    if (status === "failed" || status === "cancelled" || isObject(interaction.error)) {
      const error = isObject(interaction.error)
        ? interaction.error
        : status === "cancelled"
        ? { code: status, message: "the interaction was cancelled" }
        : {}
      return this.#failed({ error })
    }
    // Streams leave the steps out, which the deltas have brought. A whole body has them here.
    const problem = assembly.items().length === 0 ? this.#wholeSteps(interaction, json) : undefined
    if (problem !== undefined) return problem
    assembly.saw("finish-reason")
    this.finish()
    return undefined
  }

  #wholeSteps(interaction: JsonObject, json: string | undefined): FrameProblem | undefined {
    for (const step of array(interaction.steps) ?? []) {
      if (!isObject(step) || typeof step.type !== "string") return "a step has no type"
      // What the request sent.
      if (step.type === "user_input") continue
      const at = this.#wireItems.next
      const problem = this.#begin(at, step, json)
      if (problem !== undefined) return problem
      this.#steps.stopAt(at)
    }
    return undefined
  }

  #start(value: JsonObject, json: string | undefined): FrameProblem | undefined {
    const at = index(value.index)
    if (at === undefined) return "a step's index is not an index"
    const step = value.step
    if (!isObject(step) || typeof step.type !== "string") return "a step has no type"
    return this.#begin(at, step, json)
  }

  /** Begins a step. That of a message begins with its first text, since it may hold only files. */
  #begin(at: number, step: JsonObject, json: string | undefined): FrameProblem | undefined {
    if (step.type !== "model_output") {
      this.#open(at, step)
      return undefined
    }
    this.#steps.stopAt(at)
    for (const content of objects(step.content)) {
      const problem = this.#content(at, content, json)
      if (problem !== undefined) return problem
    }
    return undefined
  }

  #open(at: number, step: JsonObject): ResponseItems.Step {
    return this.#steps.begin(
      at,
      () => ResponseItems.begin(this.#assembly, this.#wireItems, this.#ids, at, step)
    )
  }

  #delta(value: JsonObject, json: string | undefined): FrameProblem | undefined {
    const delta = value.delta
    if (!isObject(delta)) return "step.delta has no delta"
    const at = index(value.index)
    return at === undefined ? "a step's index is not an index" : this.#content(at, delta, json)
  }

  /** Adds a delta, or a piece of content of the same form, to the step at an index. */
  #content(at: number, delta: JsonObject, json: string | undefined): FrameProblem | undefined {
    const assembly = this.#assembly
    if (ResponseItems.isFile(delta.type)) {
      // Text behind a file is another message, so that the order remains.
      this.#steps.stopAt(at)
      ResponseItems.addFile(assembly, this.#wireItems, delta)
      return undefined
    }
    const open = this.#steps.at(at)
    const type = ResponseItems.stepType(delta.type)
    if (open !== undefined && ResponseItems.accepts(open, delta)) return this.#add(open, delta, json)
    if (type === undefined) {
      if (delta.type === "arguments_delta") return "arguments are for a tool call that never began"
      assembly.unknown(`delta ${string(delta.type) ?? "without a type"}`)
      return undefined
    }
    const step = open === undefined
      ? this.#open(at, { type })
      : this.#steps.companion(
        at,
        () => ResponseItems.begin(assembly, this.#wireItems, this.#ids, this.#wireItems.next, { type })
      )
    return ResponseItems.accepts(step, delta) ? this.#add(step, delta, json) : undefined
  }

  #add(step: ResponseItems.Step, delta: JsonObject, json: string | undefined): FrameProblem | undefined {
    const add = (value: JsonObject) => ResponseItems.add(this.#assembly, this.#citations, step, value, json)
    const problem = add(delta)
    // Whole content brings its annotations along.
    if (problem !== undefined || delta.type !== "text" || array(delta.annotations) === undefined) return problem
    return add({ ...delta, type: "text_annotation" })
  }

  #stop(value: JsonObject): FrameProblem | undefined {
    const at = index(value.index)
    if (at === undefined) return "a step's index is not an index"
    this.#steps.stopAt(at)
    this.#addUsage(value.usage)
    return undefined
  }

  #addUsage(value: unknown): void {
    const usage = isObject(value) ? Usage.read(value) : undefined
    if (usage !== undefined) this.#assembly.usage = usage
  }
}

/** Makes the decoder of one streamed response. */
export const stream = (context: DecodeContext): StreamDecoder => {
  const assembly = new Assembly(context)
  return SseJson.make(context, assembly, new Decoder(context, assembly))
}

/** Decodes a body that was not streamed, or an event stream under the content type of JSON. */
export const whole = (body: string, context: DecodeContext): WholeResponse =>
  EventStreamBody.isEventStream(body)
    ? EventStreamBody.decode(stream, body, context)
    : WholeJson.read(body, context, (value, assembly) => new Decoder(context, assembly).response(value, body))

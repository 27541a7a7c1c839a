/**
 * Provides speech over HTTP.
 *
 * @since 0.1.0
 */
import type * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Channel from "effect/Channel"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { Buffer } from "../../streams/framing/Buffer.ts"
import { type CompletionError, MalformedResponseError, type ProviderError } from "../../domain/CompletionError.ts"
import type { SpeechBinding } from "../../domain/Operations.ts"
import type { Warning } from "../../domain/ResponseEvent.ts"
import type { SpeechRequest, SpokenText } from "../../domain/Speech.ts"
import type { TokenUsage } from "../../domain/TokenUsage.ts"
import type { Provider } from "../../services/Provider.ts"
import { ProviderRegistry } from "../../services/ProviderRegistry.ts"
import { Speech } from "../../services/Speech.ts"
import * as SpeechWireFormats from "../../streams/audio/SpeechWireFormats.ts"
import * as TokenBounds from "../../streams/request/TokenBounds.ts"
import { incomplete } from "../../streams/response/Endings.ts"
import * as JsonBody from "../../streams/response/JsonBody.ts"
import type { Ending } from "../../streams/response/StreamDecoder.ts"
import * as Body from "../call/Body.ts"
import * as Caller from "../call/Caller.ts"
import * as OperationWarnings from "../call/OperationWarnings.ts"
import * as PlainRequest from "../call/PlainRequest.ts"
import type { PreparedRequest } from "../call/PreparedRequest.ts"
import * as PulledEvents from "../call/PulledEvents.ts"
import * as RequestFields from "../call/RequestFields.ts"
import * as RequestProblem from "../call/RequestProblem.ts"
import type { Response } from "../call/Response.ts"
import * as Address from "../configuration/Address.ts"
import type { Target, Values } from "../resilience/Policy.ts"

/** A part of a spoken text. The parts come in this order. */
type SpeechPart =
  | {
    readonly type: "started"
    readonly mediaType: string
    readonly response: Response
    readonly warnings: ReadonlyArray<Warning>
  }
  | { readonly type: "audio"; readonly bytes: Uint8Array }
  | { readonly type: "usage"; readonly usage: TokenUsage }

/** Returns the length of the body where a header has it. For a compressed body the header has another length. */
const lengthOf = ({ headers }: Response): number | undefined => {
  const length = headers["content-length"]
  return length === undefined || headers["content-encoding"] !== undefined || !/^\d+$/.test(length)
    ? undefined
    : Number(length)
}

/**
 * Pulls audio that is the body itself. Only the end of the body proves it whole, and its length where a header says it.
 */
const pullBytes = (response: Response): Values<SpeechPart> => {
  const { bytes, context, timer } = response
  const length = lengthOf(response)
  let read = 0
  const cut = (ending: Ending): ProviderError =>
    incomplete(context, ending, {
      missing: ["end-of-body"],
      detail: `${read} bytes of audio arrived${length === undefined ? "" : ` of ${length}`}`
    })
  return bytes.read<Arr.NonEmptyReadonlyArray<SpeechPart>, ProviderError>({
    chunks: (chunks) => {
      for (const chunk of chunks) read += chunk.length
      timer.recordContent()
      const [first, ...others] = chunks
      return Effect.succeed([audio(first), ...others.map(audio)])
    },
    waited: (millis) => timer.recordWait(millis),
    ended: (why) => {
      if (!Cause.isDone(why)) {
        return Effect.fail(cut(bytes.ending(why)))
      }
      if (length !== undefined && read !== length) return Effect.fail(cut({ type: "end-of-body" }))
      return read === 0
        ? Effect.fail(new MalformedResponseError({ ...context.error, detail: "the body is empty" }))
        : Cause.done()
    }
  })
}

const audio = (bytes: Uint8Array): SpeechPart => ({ type: "audio", bytes })

const progress: PulledEvents.Progress<SpeechPart> = { isContent: () => true, charactersOf: () => 0 }

/** Emits the start of the speech before its parts. */
const started = (response: Response, mediaType: string, parts: Values<SpeechPart>): Values<SpeechPart> => {
  let isEmitted = false
  return Effect.suspend((): Values<SpeechPart> => {
    if (isEmitted) return parts
    isEmitted = true
    return Effect.succeed([{ type: "started", mediaType, response, warnings: [] }])
  })
}

/** Pulls audio that comes in events, and the usage that the last one may have. */
const pullEvents = (response: Response): Values<SpeechPart> => {
  let usage: TokenUsage | null = null
  const decoder = SpeechWireFormats.decodeEvents(response.context, (reported) => {
    usage = reported
  })
  const parts = (found: ReadonlyArray<Uint8Array>): ReadonlyArray<SpeechPart> => {
    const reported = decoder.completed ? usage : null
    usage = reported === null ? usage : null
    return reported === null ? found.map(audio) : [...found.map(audio), { type: "usage", usage: reported }]
  }
  return PulledEvents.make(response, {
    pushAll: (chunks) => parts(decoder.pushAll(chunks)),
    end: (ending) => parts(decoder.end(ending)),
    get failure() {
      return decoder.failure
    },
    get completed() {
      return decoder.completed
    }
  }, progress)
}

/**
 * Returns an upper bound of the audio tokens of a text: about thirty a character, for the slowest speech and finest
 * codec.
 */
const audioTokens = (input: string): number => input.length * 32

/** What the operation is made from. */
interface Environment {
  readonly registry: ProviderRegistry["Service"]
  readonly caller: Caller.Caller
}

const decode = Effect.fnUntraced(function*(
  response: Response,
  request: SpeechRequest
): Effect.fn.Return<Values<SpeechPart>, CompletionError> {
  const contentType = response.headers["content-type"]
  const mediaType = SpeechWireFormats.mediaType(request.format)
  switch (SpeechWireFormats.carrier(contentType)) {
    case "bytes":
      return started(response, contentType ?? mediaType, pullBytes(response))
    case "events":
      return started(response, mediaType, pullEvents(response))
    case "text": {
      const body = yield* Body.textOf(response)
      return yield* Effect.fail(JsonBody.malformed(body, "the body is text and not audio", response.context))
    }
    case "json": {
      const bytes = yield* Body.jsonOf(response, SpeechWireFormats.fromJson)
      return started(response, mediaType, Body.one(audio(bytes)))
    }
  }
})

const bindingOf = (provider: Provider, model: string) =>
  Address.operationOf(provider, provider.definition.speech, model, "speak")

const prepare = (provider: Provider, binding: SpeechBinding, model: string, request: SpeechRequest) =>
  Result.flatMap(
    SpeechWireFormats.encode(request, { provider: provider.definition.id, model, binding }),
    ({ values, warnings }) =>
      Result.map(
        PlainRequest.prepare(provider, {
          endpoint: binding,
          model,
          accept: "audio/*, text/event-stream, application/json",
          json: values,
          headers: request.headers
        }),
        (prepared) => ({ ...prepared, warnings })
      )
  )

/** Adds warnings to the start of a speech, which comes first and once, and logs them. */
const warn = (
  caller: Caller.Caller,
  target: Target,
  values: Values<SpeechPart>,
  warnings: ReadonlyArray<Warning>
): Values<SpeechPart> =>
  Effect.flatMap(values, (parts) => {
    const [first, ...rest] = parts
    return first.type === "started"
      ? Effect.as(OperationWarnings.log(caller, target, warnings), [{ ...first, warnings }, ...rest])
      : Effect.succeed(parts)
  })

const open = Effect.fnUntraced(function*(
  { caller, registry }: Environment,
  input: SpeechRequest,
  scope: Scope.Scope
): Effect.fn.Return<Values<SpeechPart>, CompletionError> {
  const request = yield* RequestProblem.validate(registry, RequestFields.speech, input)
  const { model, provider } = yield* registry.resolve(request.model)
  yield* Effect.fromResult(bindingOf(provider, model))
  const target: Target = { provider: provider.definition.id, model }
  return yield* caller.pull<SpeechPart, PreparedRequest>({
    operation: "speech",
    target,
    headers: request.headers,
    timeouts: request.timeouts,
    retry: request.retry,
    isPrelude: ({ type }) => type === "started",
    usageOf: (part) => (part.type === "usage" ? part.usage : undefined),
    tokenBound: () => Effect.succeed({ ...TokenBounds.ofTexts([request.input]), output: audioTokens(request.input) }),
    prepare: Effect.fnUntraced(function*(to: Target) {
      const chosen = yield* registry.provider(to.provider)
      const name = to.model ?? model
      const binding = yield* Effect.fromResult(bindingOf(chosen, name))
      return yield* Effect.fromResult(prepare(chosen, binding, name, request))
    }),
    decode: (response) => decode(response, request),
    warn: (values, warnings) => warn(caller, target, values, warnings)
  }, scope)
})

const parts = (environment: Environment, request: SpeechRequest): Stream.Stream<SpeechPart, CompletionError> =>
  Stream.fromChannel(Channel.fromTransform((_upstream, scope) => open(environment, request, scope)))

const speak = Effect.fnUntraced(function*(
  environment: Environment,
  request: SpeechRequest
): Effect.fn.Return<SpokenText, CompletionError> {
  const { maxResponseBytes } = yield* environment.caller.settings
  const chunks: Array<Uint8Array> = []
  let mediaType = ""
  let usage: TokenUsage | null = null
  let warnings: ReadonlyArray<Warning> = []
  let length = 0
  let response: Response | undefined
  yield* Stream.runForEach(parts(environment, request), (part) => {
    if (part.type === "started") {
      response = part.response
      mediaType = part.mediaType
      warnings = part.warnings
    } else if (part.type === "usage") {
      usage = part.usage
    } else {
      length += part.bytes.length
      if (length > maxResponseBytes && response !== undefined) {
        return Effect.fail(JsonBody.tooLong(response.context.error, maxResponseBytes))
      }
      chunks.push(part.bytes)
    }
    return Effect.void
  })
  return {
    audio: new Uint8Array(Buffer.concat(chunks)),
    mediaType,
    usage,
    ...(warnings.length === 0 ? {} : { warnings })
  }
})

const make = Effect.gen(function*() {
  const environment: Environment = { registry: yield* ProviderRegistry, caller: yield* Caller.make }
  return Speech.of({
    stream: (request) =>
      Stream.filterMap(
        parts(environment, request),
        (part) => part.type === "audio" ? Result.succeed(part.bytes) : Result.failVoid
      ),
    speak: (request) => speak(environment, request)
  })
})

/**
 * Layer that provides `Speech` over HTTP, for the providers of the registry. `SluiceConfig` and `RetryPolicy` are
 * those of each call, and else those of the layer.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Speech, never, HttpClient.HttpClient | ProviderRegistry> = Layer.effect(Speech, make)

/**
 * Requests a value that follows a schema.
 */
import * as Prompt from "effect/ai/Prompt"
import * as Effect from "effect/Effect"
import type * as JsonSchema from "effect/JsonSchema"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { Completion } from "../domain/Completion.ts"
import { type CompletionError, ConfigurationError, InvalidRequestError } from "../domain/CompletionError.ts"
import type { CompletionRequestInput, OutputForm, OutputSchema } from "../domain/CompletionRequest.ts"
import type { ObjectEvent, Value } from "../domain/ObjectEvent.ts"
import { InvalidOutputError } from "../domain/OutputDecoding.ts"
import * as Replay from "../domain/Replay.ts"
import type { ResponseEvent } from "../domain/ResponseEvent.ts"
import * as ObjectEvents from "../streams/operators/objects/ObjectEvents.ts"
import * as ObjectSchema from "../streams/operators/objects/ObjectSchema.ts"
import * as Budget from "./Budget.ts"

/**
 * One request for a value that follows a schema: a completion request with the schema of its output.
 *
 * @category models
 * @since 0.2.0
 */
export interface ObjectRequest<S extends Schema.Constraint | JsonSchema.JsonSchema>
  extends Omit<CompletionRequestInput, "outputSchema" | "assemble">, Omit<OutputSchema, "schema">
{
  /**
   * The schema of the value: objects, lists, unions, anything. An Effect Schema decodes the value; a JSON Schema gives
   * it its shape, and does not check it.
   */
  readonly schema: S
  /** The name of the schema, which models see. Default `output`. */
  readonly name?: string | undefined
  /** Whether the provider enforces the schema while the model writes. Default `true`. */
  readonly strict?: boolean | undefined
  /**
   * How often an output that is not what the schema describes is requested again, with the error. Each time takes an
   * attempt of the budget. Default 0.
   */
  readonly reprompts?: number | undefined
  /** Whether a stream has `Partial` events. Default `true`. */
  readonly partials?: boolean | undefined
  /** The paths of the parts for which a stream has a `Field` event when they have ended. Default: none. */
  readonly fields?: ReadonlyArray<ReadonlyArray<string | number>> | undefined
}

/** A request for a value, without the type of its schema. */
type AnyObjectRequest = ObjectRequest<Schema.Constraint | JsonSchema.JsonSchema>

type Prepared<A, R> = ObjectSchema.ObjectSchema<A, R>

/** Requests completions; `E` are failures of what a program does with the events of a stream. */
export interface Requests<R, E = never> {
  /** Streams one. */
  readonly stream: (request: CompletionRequestInput) => Stream.Stream<ResponseEvent, CompletionError | E, R>
  /** Returns a whole one. */
  readonly complete: (request: CompletionRequestInput) => Effect.Effect<Completion, CompletionError, R>
}

const isInvalidRequest = Schema.is(InvalidRequestError)
const isInvalidOutput = Schema.is(InvalidOutputError)

const completionRequest = (
  request: AnyObjectRequest,
  schema: Prepared<unknown, unknown>,
  changes: { readonly form?: OutputForm; readonly strict?: boolean | undefined } = {}
): CompletionRequestInput => {
  const { description, fields: _, form, name, partials: __, reprompts: ___, schema: ____, strict = true, ...rest } =
    request
  return {
    ...rest,
    outputSchema: { schema: schema.sent, name: name ?? "output", description, form, strict, ...changes }
  }
}

/**
 * Returns the request by a tool for a schema that the provider cannot enforce, and that was refused before anything was
 * sent; `undefined` for any other failure, and where the caller chose how the schema is requested.
 */
const withoutEnforcement = (
  request: AnyObjectRequest,
  schema: Prepared<unknown, unknown>,
  error: unknown
): CompletionRequestInput | undefined =>
  isInvalidRequest(error) && error.parameter === "outputSchema" && error.status === undefined &&
    request.form === undefined && request.strict === undefined
    ? completionRequest(request, schema, { form: "tool", strict: undefined })
    : undefined

/** Returns the prompt of the next try: what the model wrote, and what is wrong with it. */
const nextPrompt = (prompt: Prompt.RawInput, { completion, message }: InvalidOutputError): Prompt.Prompt =>
  [
    Replay.toPrompt(completion?.items ?? []),
    Prompt.make(`This is not what the schema describes. ${message} Write the whole JSON again.`)
  ].reduce((before, next) => Prompt.concat(before, next), Prompt.make(prompt))

const checked = <A>(
  request: AnyObjectRequest,
  prepare: () => A
): Effect.Effect<A, ConfigurationError> => {
  if ("outputSchema" in request) {
    return Effect.fail(
      new ConfigurationError({ reason: "A request with a schema takes no outputSchema", setting: "outputSchema" })
    )
  }
  return Effect.try({
    try: prepare,
    catch: (cause) =>
      new ConfigurationError({
        reason: `The schema has no JSON Schema: ${cause instanceof Error ? cause.message : String(cause)}`,
        setting: "schema"
      })
  })
}

const canRepeat = ({ reprompts = 0 }: AnyObjectRequest, number: number, error: InvalidOutputError): boolean =>
  error.isRetryable && number < reprompts

/** Streams a value. */
export const stream = <A, R, E = never>(
  requests: Requests<R, E>,
  request: AnyObjectRequest
): Stream.Stream<ObjectEvent<A, never>, CompletionError | InvalidOutputError | E, R> => {
  const once = (schema: Prepared<A, R>, current: AnyObjectRequest) =>
    ObjectEvents.fromEvents(
      requests.stream(completionRequest(current, schema)).pipe(
        Stream.catch((error) => {
          const other = withoutEnforcement(current, schema, error)
          return other === undefined ? Stream.fail(error) : requests.stream(other)
        })
      ),
      schema,
      current
    )

  const from = (
    schema: Prepared<A, R>,
    current: AnyObjectRequest,
    number: number
  ): Stream.Stream<ObjectEvent<A, never>, CompletionError | InvalidOutputError | E, R> =>
    once(schema, current).pipe(
      Stream.catch((error) =>
        isInvalidOutput(error) && canRepeat(request, number, error)
          ? Stream.concat(
            Stream.succeed<ObjectEvent<A, never>>({ _tag: "Reprompted", number: number + 1, error }),
            from(schema, { ...current, prompt: nextPrompt(current.prompt, error) }, number + 1)
          )
          : Stream.fail(error)
      )
    )

  const events = Stream.unwrap(
    Effect.map(
      checked(request, () => ObjectSchema.make(request.schema) as Prepared<A, R>),
      (schema) => from(schema, request, 0)
    )
  )
  return (request.reprompts ?? 0) === 0
    ? events
    : Stream.unwrap(
      Effect.map(Budget.ofOneRequest, (budget) => Stream.provideService(events, Budget.Budget, budget))
    )
}

/** Returns a whole value. */
export const complete = <A, R>(
  requests: Requests<R>,
  request: AnyObjectRequest
): Effect.Effect<Value<A>, CompletionError | InvalidOutputError, R> => {
  const once = (schema: Prepared<A, R>, current: AnyObjectRequest) =>
    requests.complete(completionRequest(current, schema)).pipe(
      Effect.catch((error) => {
        const other = withoutEnforcement(current, schema, error)
        return other === undefined ? Effect.fail(error) : requests.complete(other)
      }),
      Effect.flatMap((completion) =>
        Effect.map(schema.decode(completion), (value): Value<A> => ({ _tag: "Value", value, completion }))
      )
    )

  const from = (
    schema: Prepared<A, R>,
    current: AnyObjectRequest,
    number: number
  ): Effect.Effect<Value<A>, CompletionError | InvalidOutputError, R> =>
    once(schema, current).pipe(
      Effect.catchTag("InvalidOutputError", (error) =>
        canRepeat(request, number, error)
          ? from(schema, { ...current, prompt: nextPrompt(current.prompt, error) }, number + 1)
          : Effect.fail(error))
    )

  const value = Effect.flatMap(
    checked(request, () => ObjectSchema.make(request.schema) as Prepared<A, R>),
    (schema) => from(schema, request, 0)
  )
  return (request.reprompts ?? 0) === 0 ? value : Effect.provideServiceEffect(value, Budget.Budget, Budget.ofOneRequest)
}

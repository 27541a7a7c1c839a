/**
 * Finds what keeps a request from being sent, whichever operation it is for.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { Buffer } from "../../streams/framing/Buffer.ts"
import { ConfigurationError, InvalidRequestError } from "../../domain/CompletionError.ts"
import type { Model } from "../../domain/Model.ts"
import type { ProviderRegistry } from "../../services/ProviderRegistry.ts"
import * as JsonText from "../../streams/json/JsonText.ts"
import type { Check, Mismatch } from "./Check.ts"
import type * as RequestFields from "./RequestFields.ts"

/** The part of a request that cannot be sent, and why. */
export interface RequestProblem {
  /** Name of the request's field. Default: the request as a whole. */
  readonly parameter?: string
  /** Why it cannot be sent, as a part of a sentence. */
  readonly detail: string
}

/**
 * Encodes a value as JSON of well-formed text. Only what a caller adds to a body can fail: a value whose `toJSON`
 * throws, or whose text is too long.
 */
export const jsonOf = (value: Schema.Json): Result.Result<Uint8Array, RequestProblem> => {
  try {
    return Result.succeed(Buffer.from(JsonText.write(value) ?? ""))
  } catch {
    return Result.fail({
      parameter: "providerOptions",
      detail: "something in them, or elsewhere in the request, cannot be written as JSON"
    })
  }
}

const unreadable: Mismatch = { path: "", detail: "cannot be read: something in it throws" }

const problemOf = (parameter: string, { detail, path }: Mismatch): RequestProblem => ({
  parameter,
  detail: `${path === "" ? "it" : path} ${detail}`
})

/**
 * Creates the error of a request. The provider is found by the request's model, without sending anything; without a
 * valid model the error names none.
 */
export const refuse = (
  registry: ProviderRegistry["Service"],
  model: string | Model | undefined,
  problem: RequestProblem
): Effect.Effect<never, InvalidRequestError> =>
  Effect.flatMap(model === undefined ? Effect.succeedNone : Effect.option(registry.resolve(model)), (target) => {
    const known = Option.map(target, ({ model, provider }) => ({ provider: provider.definition.id, model }))
    return Effect.fail(
      new InvalidRequestError({ ...Option.getOrElse(known, () => ({ provider: "the provider" })), ...problem })
    )
  })

/**
 * Validates a request from a program without types, before anything of it is resolved or sent, and copies its fields:
 * each is read once, also where it is a getter.
 */
export const validate = <A extends { readonly model: string | Model }>(
  registry: ProviderRegistry["Service"],
  fields: RequestFields.Fields<NoInfer<A>>,
  request: A
): Effect.Effect<A, InvalidRequestError> =>
  Effect.suspend(() => {
    const copy: Record<string, unknown> = {}
    let model: string | Model | undefined
    if (!Predicate.isObject(request)) return refuse(registry, model, { detail: "it is not an object" })
    const given: Readonly<Record<string, unknown>> = request
    const checks: Readonly<Record<string, Check>> = fields
    for (const name in checks) {
      let mismatch: Mismatch | undefined
      try {
        const value = given[name]
        mismatch = checks[name]?.(value)
        if (value !== undefined) copy[name] = value
        if (name === "model" && mismatch === undefined) model = request.model
      } catch {
        mismatch = unreadable
      }
      if (mismatch !== undefined) return refuse(registry, model, problemOf(name, mismatch))
    }
    // Each field is of its type, as its check says.
    return Effect.succeed(copy as A)
  })

/** Validates a value beside a request, such as the options of a call. */
export const validateValue = (
  registry: ProviderRegistry["Service"],
  parameter: string,
  check: Check,
  value: unknown
): Effect.Effect<void, InvalidRequestError> =>
  Effect.suspend(() => {
    let mismatch: Mismatch | undefined
    try {
      mismatch = check(value)
    } catch {
      mismatch = unreadable
    }
    return mismatch === undefined ? Effect.void : refuse(registry, undefined, problemOf(parameter, mismatch))
  })

/** Validates the name of a provider, which programs without types may give as something else. */
export const validateName = (name: unknown): Effect.Effect<void, ConfigurationError> =>
  typeof name === "string"
    ? Effect.void
    : Effect.fail(
      new ConfigurationError({
        reason: "The name of the provider is not a string: give its id or an alias",
        setting: "provider"
      })
    )

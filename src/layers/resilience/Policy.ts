/**
 * The interface of policies: what happens around the attempts of a call, whichever operation it is.
 *
 * A policy wraps the function that opens an attempt. It may open it again, on another target or with a change of the
 * request, refuse to, or watch what comes of it. The transport (`layers/call/Transport`) is the innermost `Open`.
 */
import type * as Arr from "effect/Array"
import type * as Effect from "effect/Effect"
import type * as Pull from "effect/Pull"
import type * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import type { AttemptRecord } from "../../domain/AttemptRecord.ts"
import type { BudgetAccount } from "../../domain/BudgetAccount.ts"
import type { CompletionError } from "../../domain/CompletionError.ts"
import type { Warning } from "../../domain/ResponseEvent.ts"
import type { TokenBound } from "../../domain/TokenBound.ts"
import type { TokenUsage } from "../../domain/TokenUsage.ts"
import type { KeyChoice, KeyName } from "../../services/Provider.ts"

/**
 * What a call reads, one array for all that arrived together. A response that is not streamed is a pull of one element.
 */
export type Values<A> = Pull.Pull<Arr.NonEmptyReadonlyArray<A>, CompletionError>

/** A provider and its own name of a model. */
export interface Target {
  /** Id of the provider. */
  readonly provider: string
  /** The provider's own name of the model; `undefined` for operations without one, such as listing models. */
  readonly model: string | undefined
}

/** A change that a policy makes to the request of an attempt. */
export interface RequestChange {
  /** Output limit in tokens, where the caller set none. */
  readonly maxOutputTokens?: number | undefined
}

/** What an attempt is sent to and with, beside its target. */
export interface Destination {
  /** The host and port of its address; empty where the address is not a URL. */
  readonly host: string
  /** The key that it is sent with; `undefined` where there is none. */
  readonly key: KeyName | undefined
}

/** The keys that an attempt may be sent with. */
export interface Keys {
  /** The host and port of its address; empty where the address is not a URL. */
  readonly host: string
  /** The object that has the keys: the same for all calls that share their states. */
  readonly owner: object
  /** The keys; empty where there are none. */
  readonly choices: ReadonlyArray<KeyChoice>
}

/** How an admitted attempt ended. */
export type Outcome =
  /** It was not sent, since another policy refused it or no connection was made. */
  | { readonly type: "unsent" }
  /** It was sent, and no response with a 2xx status came: `error` says why, unless it was interrupted. */
  | { readonly type: "refused"; readonly error?: CompletionError | undefined }
  /**
   * A response with a 2xx status came, and it ended or was interrupted: with the usage that it reported, where it
   * reported any. `isFinal` says that the usage counts everything, and not only what had been used when the response
   * was cut. `error` is that of a response which failed.
   */
  | {
    readonly type: "ended"
    readonly usage: TokenUsage | undefined
    readonly isFinal: boolean
    readonly error?: CompletionError | undefined
  }

/** The permission to send one attempt. */
export interface Admission {
  /** Whether the outcome must have the usage that the response reports. Default false. */
  readonly needsUsage?: boolean | undefined
  /** Reports how the attempt ended. The transport calls it exactly once, also when the attempt is interrupted. */
  readonly settle: (outcome: Outcome) => void
}

/** Decides whether an attempt may be sent. It is called at the moment of sending and is therefore synchronous. */
export type Admit = () => Result.Result<Admission, CompletionError>

/** One HTTP exchange, before it is opened. */
export interface Attempt {
  /** Where it goes. */
  readonly target: Target
  /** The key that a policy has chosen. Default: none; an identity of the provider's authorizer. */
  readonly key?: KeyChoice | undefined
  /** What a policy changed in the request. Default: nothing. */
  readonly change: RequestChange
  /**
   * What policies changed in the request, for the caller. Operations without such an event ignore it. Default: nothing.
   */
  readonly warnings?: Arr.NonEmptyReadonlyArray<Warning> | undefined
  /** Receives the headers of a response with a 2xx status. Default: none. */
  readonly onHeaders?: ((headers: Readonly<Record<string, string>>) => void) | undefined
  /** How many further targets the route has, for which the budget must keep an attempt each. Default 0. */
  readonly targetsLeft: number
  /** Requires the permission of every policy outside of the transport to send it. */
  readonly admit: Admit
}

/** A moment after which a call fails with a `DeadlineExceededError`. */
export interface Deadline {
  /** The moment, in milliseconds since 1970. */
  readonly at: number
  /** When the time began to run, in milliseconds since 1970. */
  readonly since: number
}

/** What the attempts of one call have in common, and what is recorded of them. */
export interface Call<A> {
  /** The name of the operation in spans (OpenTelemetry's `gen_ai.operation.name`). */
  readonly operation: string
  /** The id of the call: the same in `X-Request-ID`, logs, spans and errors, and for all its attempts. */
  readonly requestId: string
  /** The candidate targets, the first of which is used unless a policy chooses another. */
  readonly targets: Arr.NonEmptyReadonlyArray<Target>
  /** Whether the request can be sent more than once. */
  readonly isRepeatable: boolean
  /**
   * Whether the attempt can still be repeated after a value: nothing that a caller could act on has come, and the
   * provider has run nothing that must not run twice.
   */
  readonly isPrelude: (value: A) => boolean
  /** Whether a value comes before the first content of a response, whether or not the caller sees that content. */
  readonly isBeforeContent: (value: A) => boolean
  /** The usage that a value reports, if it reports any. Only the last value of a response does. */
  readonly usageOf: (value: A) => TokenUsage | null | undefined
  /** Adds the attempts of the call to a value that reports them. Called only where there were several. */
  readonly withAttempts: (value: A, attempts: (usage: TokenUsage | null) => ReadonlyArray<AttemptRecord>) => A
  /** An upper bound of the tokens of an attempt. */
  readonly tokenBound: (attempt: Attempt) => Effect.Effect<TokenBound, CompletionError>
  /** Where an attempt would go now, and with which key: that which a policy has chosen. */
  readonly destination: (attempt: Attempt) => Effect.Effect<Destination, CompletionError>
  /** The keys that an attempt may be sent with now. */
  readonly keys: (attempt: Attempt) => Effect.Effect<Keys, CompletionError>
  /** What the call may spend. */
  readonly account: BudgetAccount
  /** The earliest deadline of the settings, the request and all budgets. */
  readonly deadline: Deadline | undefined
  /** What became of the attempts so far. */
  readonly record: CallRecord<A>
}

/** The latest attempt of a call. */
export interface CurrentAttempt {
  /** Where it goes. */
  readonly target: Target
  /** When it began, in milliseconds since 1970. */
  readonly since: number
  /** Whether its response has begun. */
  hasBegun: boolean
  /** Its error, where it failed and its policy decides what follows. */
  failure: CompletionError | undefined
}

/** What became of the attempts of a call so far. */
export interface CallRecord<A> {
  /** How many attempts were opened. */
  attempts: number
  /** The attempts that failed and were followed by another one, in order. */
  readonly failed: Array<AttemptRecord>
  /** The latest attempt; `undefined` before the first. */
  current: CurrentAttempt | undefined
  /** The values of the latest failed attempt, none of which a caller has seen. */
  prelude: ReadonlyArray<A>
  /** The error of the latest failed attempt. */
  lastFailure: CompletionError | undefined
}

/** Opens an attempt. What it holds is released with the scope. */
export type Open<A> = (attempt: Attempt, scope: Scope.Scope) => Effect.Effect<Values<A>, CompletionError>

/** Wraps the opening of attempts, for calls of every operation alike. */
export type Policy = <A>(call: Call<A>, open: Open<A>) => Open<A>

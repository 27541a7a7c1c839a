/**
 * Identities at the clouds, which authorize requests where a provider has no key.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { CompletionError, ConfigurationError } from "../domain/CompletionError.ts"
import type { Authorization, Outgoing } from "./Provider.ts"

/**
 * A token that is sent as `Authorization: Bearer`.
 *
 * @category models
 * @since 0.1.0
 */
export interface AccessToken {
  /** The token. */
  readonly token: Redacted.Redacted
  /** Headers that are sent with it, such as the project that is billed. Default: none. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/**
 * Service that provides access tokens of Google Cloud.
 *
 * @category services
 * @since 0.1.0
 */
export class GoogleIdentity extends Context.Service<GoogleIdentity, {
  /**
   * Returns a token, which is kept until shortly before it expires. Fails with a `ConfigurationError` where there is no
   * identity, and with an `AuthenticationError` where Google rejects it.
   */
  readonly token: (options: {
    /** The id of the provider that the token is for, which errors name. */
    readonly provider: string
    /** The scopes of the token. */
    readonly scopes: ReadonlyArray<string>
  }) => Effect.Effect<AccessToken, CompletionError>
  /** Drops a token that was rejected, so that the next one is fetched anew. Does nothing for any other token. */
  readonly forget: (rejected: AccessToken) => Effect.Effect<void>
}>()("sluice/services/GoogleIdentity") {}

/**
 * Service that provides access tokens of Microsoft Entra ID.
 *
 * @category services
 * @since 0.1.0
 */
export class EntraIdentity extends Context.Service<EntraIdentity, {
  /**
   * Returns a token, which is kept until shortly before it expires. Fails with a `ConfigurationError` where there is no
   * identity, and with an `AuthenticationError` where Entra ID rejects it.
   */
  readonly token: (options: {
    /** The id of the provider that the token is for, which errors name. */
    readonly provider: string
    /** The scope of the token. */
    readonly scope: string
  }) => Effect.Effect<AccessToken, CompletionError>
  /** Drops a token that was rejected, so that the next one is fetched anew. Does nothing for any other token. */
  readonly forget: (rejected: AccessToken) => Effect.Effect<void>
}>()("sluice/services/EntraIdentity") {}

/**
 * Service that signs requests with AWS credentials (Signature Version 4).
 *
 * @category services
 * @since 0.1.0
 */
export class AwsIdentity extends Context.Service<AwsIdentity, {
  /**
   * Signs a request. Fails with a `ConfigurationError` where there are no credentials, and with an
   * `AuthenticationError` where AWS rejects them.
   */
  readonly sign: (outgoing: Outgoing, options: {
    /** The id of the provider that the request is for, which errors name. */
    readonly provider: string
    /** The AWS service, such as `bedrock`. */
    readonly service: string
    /** The AWS region, such as `eu-central-1`. */
    readonly region: string
  }) => Effect.Effect<Authorization, CompletionError>
  /**
   * Returns the region of the profile whose keys are used, and `undefined` where no profile is named. Fails with a
   * `ConfigurationError` where the profile has no region. It is used where no variable has a region. Default: unknown.
   */
  readonly region?: Effect.Effect<string | undefined, ConfigurationError>
}>()("sluice/services/AwsIdentity") {}

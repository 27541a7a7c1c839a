/**
 * Who a program is to the clouds: the services that stand in where a provider has no key.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { CompletionError } from "../domain/CompletionError.ts"
import type { Authorization, Outgoing } from "./Provider.ts"

/**
 * A token that is sent as `Authorization: Bearer`, and further headers that go with it, such as who pays.
 *
 * @category models
 * @since 0.1.0
 */
export interface AccessToken {
  readonly token: Redacted.Redacted
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/**
 * Service that has access tokens of Google Cloud, for the scopes that a provider wants.
 *
 * **Details**
 *
 * `provider` is who the token is for: errors name it. `forget` drops a token that was refused, so that the next one is
 * fetched anew; it does nothing to another one.
 *
 * @category services
 * @since 0.1.0
 */
export class GoogleIdentity extends Context.Service<GoogleIdentity, {
  readonly token: (options: {
    readonly provider: string
    readonly scopes: ReadonlyArray<string>
  }) => Effect.Effect<AccessToken, CompletionError>
  readonly forget: (refused: AccessToken) => Effect.Effect<void>
}>()("sluice/services/GoogleIdentity") {}

/**
 * Service that has access tokens of Microsoft Entra ID, for the scope that a provider wants. `forget` is that of
 * `GoogleIdentity`.
 *
 * @category services
 * @since 0.1.0
 */
export class EntraIdentity extends Context.Service<EntraIdentity, {
  readonly token: (options: {
    readonly provider: string
    readonly scope: string
  }) => Effect.Effect<AccessToken, CompletionError>
  readonly forget: (refused: AccessToken) => Effect.Effect<void>
}>()("sluice/services/EntraIdentity") {}

/**
 * Service that signs requests with AWS credentials (Signature Version 4).
 *
 * @category services
 * @since 0.1.0
 */
export class AwsIdentity extends Context.Service<AwsIdentity, {
  readonly sign: (outgoing: Outgoing, options: {
    readonly provider: string
    readonly service: string
    readonly region: string
  }) => Effect.Effect<Authorization, CompletionError>
}>()("sluice/services/AwsIdentity") {}

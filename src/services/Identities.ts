/**
 * Who a program is to the clouds: the services that stand in where a provider has no key.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { CompletionError } from "../domain/CompletionError.ts"
import type { Outgoing } from "./Provider.ts"

/**
 * Service that has access tokens of Google Cloud, for the scopes that a provider wants.
 *
 * **Details**
 *
 * `provider` is who the token is for: errors name it. `forget` drops a token that was refused, so that the next one is
 * fetched anew.
 *
 * @category services
 * @since 0.1.0
 */
export class GoogleIdentity extends Context.Service<GoogleIdentity, {
  readonly token: (options: {
    readonly provider: string
    readonly scopes: ReadonlyArray<string>
  }) => Effect.Effect<Redacted.Redacted, CompletionError>
  readonly forget: Effect.Effect<void>
}>()("sluice/services/GoogleIdentity") {}

/**
 * Service that has access tokens of Microsoft Entra ID, for the scope that a provider wants.
 *
 * @category services
 * @since 0.1.0
 */
export class EntraIdentity extends Context.Service<EntraIdentity, {
  readonly token: (options: {
    readonly provider: string
    readonly scope: string
  }) => Effect.Effect<Redacted.Redacted, CompletionError>
  readonly forget: Effect.Effect<void>
}>()("sluice/services/EntraIdentity") {}

/**
 * Service that signs requests with AWS credentials (Signature Version 4).
 *
 * **Details**
 *
 * `sign` answers the headers that are to be added, and which of their values are secret.
 *
 * @category services
 * @since 0.1.0
 */
export class AwsIdentity extends Context.Service<AwsIdentity, {
  readonly sign: (outgoing: Outgoing, options: {
    readonly provider: string
    readonly service: string
    readonly region: string
  }) => Effect.Effect<
    { readonly headers: Readonly<Record<string, string>>; readonly secrets: ReadonlyArray<string> },
    CompletionError
  >
  readonly forget: Effect.Effect<void>
}>()("sluice/services/AwsIdentity") {}

/**
 * Provides cloud identities, for requests to providers without a key.
 *
 * Every provider's layer includes them, and none does anything before a request needs it. Provide one to a provider's
 * layer to set its options, to share its tokens among several layers, or to replace it.
 *
 * **Example**
 *
 * ```ts
 * import { Layer } from "effect"
 * import { Identity } from "sluice"
 * import * as Bedrock from "sluice/bedrock"
 *
 * const layer = Bedrock.layer().pipe(Layer.provide(Identity.aws({ profile: "research" })))
 * ```
 *
 * @since 0.1.0
 */
import * as Layer from "effect/Layer"
import type { AwsIdentity, EntraIdentity, GoogleIdentity } from "../../services/Identities.ts"
import * as AwsIdentityLayer from "./AwsIdentity.ts"
import * as EntraIdentityLayer from "./EntraIdentity.ts"
import * as GoogleIdentityLayer from "./GoogleIdentity.ts"

export type { Options as AwsOptions } from "./AwsIdentity.ts"
export type { Options as EntraOptions } from "./EntraIdentity.ts"
export type { Options as GoogleOptions } from "./GoogleIdentity.ts"

/**
 * Layer that provides `AwsIdentity` from explicit options, or from the places where AWS's own tools find keys. Needs
 * `@aws-sdk/credential-provider-node` and `@smithy/signature-v4` installed.
 *
 * @category layers
 * @since 0.1.0
 */
export const aws = AwsIdentityLayer.layer

/**
 * Layer that provides `EntraIdentity` from explicit options, or from the places where Azure's own tools find an
 * identity. Needs `@azure/identity` installed.
 *
 * @category layers
 * @since 0.1.0
 */
export const entra = EntraIdentityLayer.layer

/**
 * Layer that provides `GoogleIdentity` from explicit options, or from application default credentials. Needs
 * `google-auth-library` installed.
 *
 * @category layers
 * @since 0.1.0
 */
export const google = GoogleIdentityLayer.layer

/**
 * Makes the layer of all identities. Each one is that of the context, or else comes from the configuration.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (): Layer.Layer<AwsIdentity | EntraIdentity | GoogleIdentity> =>
  Layer.mergeAll(AwsIdentityLayer.fallback, EntraIdentityLayer.fallback, GoogleIdentityLayer.fallback)

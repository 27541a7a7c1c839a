/**
 * Who may ask the simulator, as a cloud would want to know it: its token endpoints, and what requests have to bring.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Delay, Raw, Reset, Status } from "../scenario/Fault.ts"

/**
 * Schema for the accounts that Google's endpoints know.
 *
 * **Details**
 *
 * `clientEmail` and `publicKey` (PEM) are a service account's, whose assertions are verified. `user` is what `gcloud` writes
 * for one. `subjectToken` is the foreign token that a workload identity brings. The metadata server gives a token to whoever
 * asks in its way.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Google = Schema.Struct({
  clientEmail: Schema.optionalKey(Schema.String),
  publicKey: Schema.optionalKey(Schema.String),
  user: Schema.optionalKey(Schema.Struct({
    clientId: Schema.String,
    clientSecret: Schema.String,
    refreshToken: Schema.String
  })),
  subjectToken: Schema.optionalKey(Schema.String)
})

/**
 * Schema for the application that Entra ID knows: its secret, or the assertion that a workload identity brings.
 * `identityHeader` is the secret that App Service gives to the programs it runs.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Entra = Schema.Struct({
  tenantId: Schema.String,
  clientId: Schema.String,
  clientSecret: Schema.optionalKey(Schema.String),
  assertion: Schema.optionalKey(Schema.String),
  identityHeader: Schema.optionalKey(Schema.String)
})

/**
 * Schema for the keys that AWS knows, and for how others are had: `webIdentityToken` at STS, `authorizationToken` at a
 * container's endpoint. The instance metadata service (version 2) gives keys to whoever asks in its way.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Aws = Schema.Struct({
  accessKeyId: Schema.optionalKey(Schema.String),
  secretAccessKey: Schema.optionalKey(Schema.String),
  sessionToken: Schema.optionalKey(Schema.String),
  region: Schema.optionalKey(Schema.String),
  service: Schema.optionalKey(Schema.String),
  webIdentityToken: Schema.optionalKey(Schema.String),
  authorizationToken: Schema.optionalKey(Schema.String)
})

/**
 * Schema for what goes wrong at a token endpoint. `on` counts the requests for tokens, from 1.
 *
 * @category schemas
 * @since 0.1.0
 */
export const TokenFault = Schema.Union([Status, Raw, Delay, Reset])

/**
 * Schema for the identities of a scenario.
 *
 * **Details**
 *
 * With `require`, requests to a model have to bring a token that was issued here and has not expired, or a signature. A token
 * is good for `lifetimeSeconds` (3600), and says that it is good for `statedLifetimeSeconds` (the same). `clockSkewMillis` is
 * by how much the server's clock is ahead of the client's: it goes into the `date` header, and into every check of a time.
 * Beginning another scenario revokes every token.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SimulatedIdentity = Schema.Struct({
  require: Schema.optionalKey(Schema.Literals(["google", "entra", "aws"])),
  google: Schema.optionalKey(Google),
  entra: Schema.optionalKey(Entra),
  aws: Schema.optionalKey(Aws),
  lifetimeSeconds: Schema.optionalKey(Schema.Finite),
  statedLifetimeSeconds: Schema.optionalKey(Schema.Finite),
  clockSkewMillis: Schema.optionalKey(Schema.Finite),
  faults: Schema.optionalKey(Schema.Array(TokenFault))
})

/**
 * @category models
 * @since 0.1.0
 */
export type SimulatedIdentity = typeof SimulatedIdentity.Type

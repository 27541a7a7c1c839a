/**
 * The identities that the simulator knows: the token endpoints of the clouds, and the credentials that requests need.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Delay, Raw, Reset, Status } from "../scenario/Fault.ts"

/**
 * Schema for the accounts of Google's token endpoints. The metadata server gives a token to every request that has its
 * header.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Google = Schema.Struct({
  /** The address of a service account. */
  clientEmail: Schema.optionalKey(Schema.String),
  /** The public key of the service account (PEM), by which its assertions are verified. */
  publicKey: Schema.optionalKey(Schema.String),
  /** A user as `gcloud` writes one to its file. */
  user: Schema.optionalKey(Schema.Struct({
    /** The id of the client. */
    clientId: Schema.String,
    /** The secret of the client. */
    clientSecret: Schema.String,
    /** The token that is exchanged for an access token. */
    refreshToken: Schema.String
  })),
  /** The foreign token that workload identity federation exchanges. */
  subjectToken: Schema.optionalKey(Schema.String)
})

/**
 * Schema for the application that Entra ID knows.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Entra = Schema.Struct({
  /** The id of the tenant, which is part of the token endpoint's path. */
  tenantId: Schema.String,
  /** The id of the application. */
  clientId: Schema.String,
  /** The application's secret. */
  clientSecret: Schema.optionalKey(Schema.String),
  /** The assertion of a workload identity. */
  assertion: Schema.optionalKey(Schema.String),
  /** The scope of the resource; tokens for another one are refused. Default: any scope. */
  scope: Schema.optionalKey(Schema.String),
  /** The secret that App Service gives to the programs it runs. */
  identityHeader: Schema.optionalKey(Schema.String)
})

/**
 * Schema for the keys that AWS knows. The instance metadata service (version 2) gives keys to every request that has a
 * session.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Aws = Schema.Struct({
  /** The id of a long-lived access key. */
  accessKeyId: Schema.optionalKey(Schema.String),
  /** The secret of the access key. */
  secretAccessKey: Schema.optionalKey(Schema.String),
  /** The session token that has to come with the access key. The default is none. */
  sessionToken: Schema.optionalKey(Schema.String),
  /** The region that signatures must be for. The default is any. */
  region: Schema.optionalKey(Schema.String),
  /** The service that signatures must be for. The default is any. */
  service: Schema.optionalKey(Schema.String),
  /** The token that STS exchanges for keys. */
  webIdentityToken: Schema.optionalKey(Schema.String),
  /** The token that a container's credential endpoint requires. */
  authorizationToken: Schema.optionalKey(Schema.String)
})

/**
 * Schema for a fault of a token endpoint. Its `on` counts the requests for tokens, from 1.
 *
 * @category schemas
 * @since 0.1.0
 */
export const TokenFault = Schema.Union([Status, Raw, Delay, Reset])

/**
 * Schema for the identities of a scenario. Starting another scenario revokes every token.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SimulatedIdentity = Schema.Struct({
  /**
   * The cloud whose credentials requests to a model need: a token that was issued here and has not expired, or a valid
   * signature. The default is none.
   */
  require: Schema.optionalKey(Schema.Literals(["google", "entra", "aws"])),
  /** The accounts of Google. Without them its endpoints do not exist. */
  google: Schema.optionalKey(Google),
  /** The application of Entra ID. Without it its endpoints do not exist. */
  entra: Schema.optionalKey(Entra),
  /** The keys of AWS. Without them its endpoints do not exist. */
  aws: Schema.optionalKey(Aws),
  /** How long tokens and keys are valid, in seconds. The default is 3600. */
  lifetimeSeconds: Schema.optionalKey(Schema.Finite),
  /** The lifetime that responses state, in seconds. The default is `lifetimeSeconds`. */
  statedLifetimeSeconds: Schema.optionalKey(Schema.Finite),
  /**
   * How far the server's clock is ahead of the client's, in milliseconds. It shows in the `date` header and in every
   * check of a time. The default is 0.
   */
  clockSkewMillis: Schema.optionalKey(Schema.Finite),
  /** The faults of the token endpoints. */
  faults: Schema.optionalKey(Schema.Array(TokenFault))
})

/**
 * The identities of a scenario.
 *
 * @category models
 * @since 0.1.0
 */
export type SimulatedIdentity = typeof SimulatedIdentity.Type

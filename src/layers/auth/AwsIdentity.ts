/**
 * Signatures with AWS credentials, which come from `@aws-sdk/credential-provider-node`.
 *
 * Keys come, in this order, from the options, from the profile in `AWS_PROFILE`, from `AWS_ACCESS_KEY_ID` with
 * `AWS_SECRET_ACCESS_KEY` (and `AWS_SESSION_TOKEN`), and from the rest of the library's chain: shared files, single sign-on,
 * a process, a web identity, a container, the instance metadata service. The chain reads most of its variables
 * (`AWS_CONTAINER_CREDENTIALS_FULL_URI`, `AWS_EC2_METADATA_SERVICE_ENDPOINT`, `AWS_CONFIG_FILE`, …) from the environment
 * itself.
 *
 * A signature says when it was made, and AWS refuses one that is five minutes off: when a refusal shows that the clocks are
 * apart, signatures are dated by AWS's from then on.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { AwsIdentity } from "../../services/Identities.ts"
import * as AuthFailure from "./AuthFailure.ts"
import * as AwsSignature from "./AwsSignature.ts"
import * as OptionalLibrary from "./OptionalLibrary.ts"
import type { Lease } from "./TokenCache.ts"
import * as Tokens from "./Tokens.ts"
import * as Variables from "./Variables.ts"

/**
 * Settings of the identity at AWS. What is left out comes from the configuration, and then from the AWS SDK's own sources.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The profile of the AWS configuration files. Default: `AWS_PROFILE`, or `default`. */
  readonly profile?: string | undefined
  /** The id of the access key. Default: `AWS_ACCESS_KEY_ID`. */
  readonly accessKeyId?: string | undefined
  /** The secret of the access key. Default: `AWS_SECRET_ACCESS_KEY`. */
  readonly secretAccessKey?: Redacted.Redacted | undefined
  /** The session token of temporary credentials. Default: `AWS_SESSION_TOKEN`. */
  readonly sessionToken?: Redacted.Redacted | undefined
}

type Credentials = AwsSignature.AwsCredentials

const withToken = (
  accessKeyId: string,
  secret: Redacted.Redacted,
  session: Redacted.Redacted | undefined
): Credentials => ({
  accessKeyId,
  secretAccessKey: Redacted.value(secret).trim(),
  ...(session === undefined ? {} : { sessionToken: Redacted.value(session).trim() })
})

/** Keys that are given as they are: they are read each time, and never kept. */
const given = Effect.fnUntraced(function*(
  options: Options,
  variables: Variables.Variables,
  profile: string | undefined
): Effect.fn.Return<Credentials | undefined, AuthFailure.AuthFailure> {
  if (options.accessKeyId !== undefined && options.secretAccessKey !== undefined) {
    return withToken(options.accessKeyId, options.secretAccessKey, options.sessionToken)
  }
  if (profile !== undefined) return undefined
  const accessKeyId = yield* variables.text("AWS_ACCESS_KEY_ID")
  const secretAccessKey = yield* variables.secret("AWS_SECRET_ACCESS_KEY")
  return accessKeyId === undefined || secretAccessKey === undefined
    ? undefined
    : withToken(accessKeyId, secretAccessKey, yield* variables.secret("AWS_SESSION_TOKEN"))
})

/** The library tells of what it tries on the console unless somebody else listens. */
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

const fetchWith = Effect.fnUntraced(function*(
  variables: Variables.Variables,
  provider: string,
  profile: string | undefined,
  region: string
): Effect.fn.Return<Lease<Credentials>, AuthFailure.AuthFailure> {
  const { defaultProvider } = yield* OptionalLibrary.load(
    "@aws-sdk/credential-provider-node @smithy/signature-v4",
    () => import("@aws-sdk/credential-provider-node")
  )
  const webIdentityTokenFile = yield* variables.text("AWS_WEB_IDENTITY_TOKEN_FILE")
  const roleArn = yield* variables.text("AWS_ROLE_ARN")
  const roleSessionName = yield* variables.text("AWS_ROLE_SESSION_NAME")
  const found = yield* Effect.tryPromise({
    // A new one each time: it keeps keys itself, also those that were refused.
    try: () =>
      defaultProvider({
        logger: silent,
        clientConfig: { region },
        ...(profile === undefined ? {} : { profile }),
        ...(webIdentityTokenFile === undefined ? {} : { webIdentityTokenFile }),
        ...(roleArn === undefined ? {} : { roleArn }),
        ...(roleSessionName === undefined ? {} : { roleSessionName })
      })(),
    catch: (error) =>
      AuthFailure.classify(error, {
        provider,
        what: "keys from AWS",
        setting: profile === undefined ? "AWS_ACCESS_KEY_ID" : "AWS_PROFILE",
        todo: profile === undefined
          ? "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run where AWS has given a role"
          : "look at AWS_PROFILE, and the files with profiles",
        secrets: []
      })
  })
  return {
    value: {
      accessKeyId: found.accessKeyId,
      secretAccessKey: found.secretAccessKey,
      ...(found.sessionToken === undefined ? {} : { sessionToken: found.sessionToken })
    },
    expiresAt: found.expiration?.getTime()
  }
})

/** How far the clocks may be apart before a refusal is put down to it: AWS allows five minutes. */
const tolerance = 240_000

const make = Effect.fnUntraced(function*(options: Options) {
  const variables = yield* Variables.make
  const tokens = yield* Tokens.make<Credentials>()
  /** By how much AWS's clock is ahead of this one, in milliseconds, as far as is known. */
  let ahead = 0

  const credentialsFor = Effect.fnUntraced(function*(
    provider: string,
    region: string
  ): Effect.fn.Return<{ readonly keys: Credentials; readonly isKept: boolean }, AuthFailure.AuthFailure> {
    const profile = options.profile ?? (yield* variables.text("AWS_PROFILE"))
    const keys = yield* given(options, variables, profile)
    if (keys !== undefined) return { keys, isKept: false }
    const fetch = Effect.map(fetchWith(variables, provider, profile, region), ({ expiresAt, value }) => ({
      value,
      expiresAt: expiresAt === undefined ? undefined : expiresAt - ahead
    }))
    const key = JSON.stringify([profile ?? "", region])
    return { keys: yield* tokens.get({ provider, what: "keys from AWS", key }, fetch), isKept: true }
  })

  const renew = Effect.fnUntraced(
    function*(refusal: Readonly<Record<string, string>>, refused: Credentials | undefined) {
      const date = DateTime.make(refusal["date"] ?? "")
      const now = yield* Clock.currentTimeMillis
      const apart = Option.isNone(date) ? ahead : DateTime.toEpochMillis(date.value) - now
      if (Math.abs(apart - ahead) > tolerance) {
        ahead = apart
        return true
      }
      if (refused === undefined) return false
      yield* tokens.forget(refused)
      return true
    }
  )

  return AwsIdentity.of({
    sign: Effect.fnUntraced(function*(outgoing, { provider, region, service }) {
      const { isKept, keys } = yield* credentialsFor(provider, region)
      const at = (yield* Clock.currentTimeMillis) + ahead
      const headers = yield* AwsSignature.sign(AwsSignature.fromRequest(outgoing), {
        credentials: keys,
        region,
        service,
        at
      })
      return {
        headers,
        secrets: [
          keys.secretAccessKey,
          ...(keys.sessionToken === undefined ? [] : [keys.sessionToken]),
          ...Object.entries(headers).flatMap(([name, value]) => (name === "authorization" ? [value] : []))
        ],
        renew: (refusal) => renew(refusal, isKept ? keys : undefined)
      }
    })
  })
})

/**
 * Layer that provides `AwsIdentity`. The libraries are loaded, and keys fetched, when the first request needs them.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options = {}): Layer.Layer<AwsIdentity> => Layer.effect(AwsIdentity, make(options))

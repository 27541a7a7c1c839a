/**
 * Signs requests with AWS credentials, which come from `@aws-sdk/credential-provider-node`.
 *
 * Keys come, in this order, from the options, from the profile in `AWS_PROFILE`, from `AWS_ACCESS_KEY_ID` with
 * `AWS_SECRET_ACCESS_KEY` (and `AWS_SESSION_TOKEN`), and from the rest of the library's chain: shared files, single
 * sign-on, a process, a web identity, a container, the instance metadata service. The chain reads most of its variables
 * (`AWS_CONTAINER_CREDENTIALS_FULL_URI`, `AWS_EC2_METADATA_SERVICE_ENDPOINT`, `AWS_CONFIG_FILE`, …) from the
 * environment itself.
 *
 * A signature has a date, and AWS rejects one that is off by five minutes. When an error response shows that the clocks
 * differ, later signatures are dated by AWS's clock.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
import type * as CredentialProvider from "@aws-sdk/credential-provider-node"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { AwsIdentity } from "../../services/Identities.ts"
import * as AuthFailure from "./AuthFailure.ts"
import * as AwsProfile from "./AwsProfile.ts"
import * as AwsSignature from "./AwsSignature.ts"
import * as OptionalLibrary from "./OptionalLibrary.ts"
import type { Lease } from "./TokenCache.ts"
import * as Tokens from "./Tokens.ts"
import { unlessProvided } from "./UnlessProvided.ts"
import * as Variables from "./Variables.ts"

/**
 * Options of the AWS identity. What is left out comes from the configuration.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /**
   * The name of a profile in the shared files. Its region is used where `AWS_REGION` and `AWS_DEFAULT_REGION` are not
   * set. Default: `AWS_PROFILE`.
   */
  readonly profile?: string | undefined
  /** The id of an access key, used together with `secretAccessKey`. Default: `AWS_ACCESS_KEY_ID`. */
  readonly accessKeyId?: string | undefined
  /** The secret of the access key. Default: `AWS_SECRET_ACCESS_KEY`. */
  readonly secretAccessKey?: Redacted.Redacted | undefined
  /** The session token of temporary keys. Default: `AWS_SESSION_TOKEN`. */
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

/** Reads keys from the options or from variables. They are read each time and never cached. */
const explicitKeys = Effect.fnUntraced(function*(
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

/** Without a logger the library writes each source that it tries to the console. */
const noLogger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

const fetchWith = Effect.fnUntraced(function*(
  variables: Variables.Variables,
  provider: string,
  profile: string | undefined,
  region: string
): Effect.fn.Return<Lease<Credentials>, AuthFailure.AuthFailure> {
  const { defaultProvider } = yield* OptionalLibrary.load<typeof CredentialProvider>(
    "@aws-sdk/credential-provider-node",
    "@aws-sdk/credential-provider-node @smithy/signature-v4"
  )
  const webIdentityTokenFile = yield* variables.text("AWS_WEB_IDENTITY_TOKEN_FILE")
  const roleArn = yield* variables.text("AWS_ROLE_ARN")
  const roleSessionName = yield* variables.text("AWS_ROLE_SESSION_NAME")
  const found = yield* Effect.tryPromise({
    // A new provider each time: it caches keys itself, also those that were rejected.
    try: () =>
      defaultProvider({
        logger: noLogger,
        clientConfig: { region },
        ...(profile === undefined ? {} : { profile }),
        ...(webIdentityTokenFile === undefined ? {} : { webIdentityTokenFile }),
        ...(roleArn === undefined ? {} : { roleArn }),
        ...(roleSessionName === undefined ? {} : { roleSessionName })
      })(),
    catch: (error) =>
      AuthFailure.classify(error, {
        provider,
        credential: "keys from AWS",
        setting: profile === undefined ? "AWS_ACCESS_KEY_ID" : "AWS_PROFILE",
        remedy: profile === undefined
          ? "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run where AWS has given a role"
          : "check AWS_PROFILE and the files with profiles",
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

/**
 * The difference of the clocks, in milliseconds, from which an error response is attributed to it: AWS allows five
 * minutes.
 */
const clockTolerance = 240_000

const make = Effect.fnUntraced(function*(options: Options) {
  const variables = yield* Variables.make
  const tokens = yield* Tokens.make<Credentials>()
  /** By how many milliseconds AWS's clock is known to be ahead of this one. */
  let clockOffset = 0

  const credentialsFor = Effect.fnUntraced(function*(
    provider: string,
    region: string
  ): Effect.fn.Return<{ readonly keys: Credentials; readonly isCached: boolean }, AuthFailure.AuthFailure> {
    const profile = options.profile ?? (yield* variables.text("AWS_PROFILE"))
    const keys = yield* explicitKeys(options, variables, profile)
    if (keys !== undefined) return { keys, isCached: false }
    const fetch = Effect.map(fetchWith(variables, provider, profile, region), ({ expiresAt, value }) => ({
      value,
      expiresAt: expiresAt === undefined ? undefined : expiresAt - clockOffset
    }))
    const key = JSON.stringify([profile ?? "", region])
    return { keys: yield* tokens.get({ provider, credential: "keys from AWS", key }, fetch), isCached: true }
  })

  const renew = Effect.fnUntraced(
    function*(responseHeaders: Readonly<Record<string, string>>, rejected: Credentials | undefined) {
      const date = DateTime.make(responseHeaders["date"] ?? "")
      const now = yield* Clock.currentTimeMillis
      const offset = Option.isNone(date) ? clockOffset : DateTime.toEpochMillis(date.value) - now
      if (Math.abs(offset - clockOffset) > clockTolerance) {
        clockOffset = offset
        return true
      }
      if (rejected === undefined) return false
      yield* tokens.forget(rejected)
      return true
    }
  )

  const region = Effect.gen(function*() {
    if (options.accessKeyId !== undefined && options.secretAccessKey !== undefined) return undefined
    const profile = options.profile ?? (yield* variables.text("AWS_PROFILE"))
    return profile === undefined ? undefined : yield* AwsProfile.region(profile, variables)
  })

  return AwsIdentity.of({
    region,
    sign: Effect.fnUntraced(function*(outgoing, { provider, region, service }) {
      const { isCached, keys } = yield* credentialsFor(provider, region)
      const at = (yield* Clock.currentTimeMillis) + clockOffset
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
        renew: (responseHeaders) => renew(responseHeaders, isCached ? keys : undefined)
      }
    })
  })
})

/** Layer that provides `AwsIdentity`. The libraries are loaded, and keys fetched, when the first request needs them. */
export const layer = (options: Options = {}): Layer.Layer<AwsIdentity> => Layer.effect(AwsIdentity, make(options))

/** Layer that provides the `AwsIdentity` of the context or, where there is none, the one of the configuration. */
export const fallback: Layer.Layer<AwsIdentity> = unlessProvided(AwsIdentity, layer())

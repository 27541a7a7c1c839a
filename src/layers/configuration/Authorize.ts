/**
 * Authorizes the requests to a provider: with its key where there is one, and with a cloud identity where there is
 * none.
 */
import * as Effect from "effect/Effect"
import * as Hash from "effect/Hash"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { ConfigurationError } from "../../domain/CompletionError.ts"
import type { AuthStyle } from "../../domain/Endpoint.ts"
import type { CloudIdentity, ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import type { Credential } from "../../services/Credentials.ts"
import { type AccessToken, AwsIdentity, EntraIdentity, GoogleIdentity } from "../../services/Identities.ts"
import type { Authorization, Authorizer, KeyName, Outgoing } from "../../services/Provider.ts"
import * as SignedToken from "../auth/SignedToken.ts"
import * as Address from "./Address.ts"
import { withoutScheme } from "./PastedText.ts"

type Sign = (key: Redacted.Redacted) => Effect.Effect<Redacted.Redacted, ConfigurationError>

/** Returns whether the key is the whole value of the header that has a scheme, such as `Bearer`. */
const isWholeHeader = (style: AuthStyle): boolean =>
  style.type === "header" && style.name.toLowerCase().endsWith("authorization")

const withKey = (
  style: AuthStyle,
  { key: given, source }: Credential,
  sign: Sign
): Effect.Effect<Authorization, ConfigurationError> => {
  const key = isWholeHeader(style) ? given : Redacted.make(withoutScheme(Redacted.value(given)))
  const value = Redacted.value(key)
  if (!isWholeHeader(style) && (value === "" || /\s/.test(value))) {
    return Effect.fail(
      new ConfigurationError({
        reason: `The API key in ${source} ${
          value === "" ? "is only the word Bearer" : "has white space in it"
        }: set it to the key alone`,
        setting: source
      })
    )
  }
  switch (style.type) {
    case "bearer":
      return Effect.succeed({ headers: { authorization: `Bearer ${value}` }, secrets: [value] })
    case "header":
      return Effect.succeed({ headers: { [style.name.toLowerCase()]: value }, secrets: [value] })
    case "query":
      return Effect.succeed({ headers: {}, query: { [style.name]: value }, secrets: [value] })
    case "signed-token":
      return Effect.map(sign(key), (token) => ({
        headers: { authorization: `Bearer ${Redacted.value(token)}` },
        // The server knows both parts of the key, and may repeat either.
        secrets: [value, ...value.split("."), Redacted.value(token)]
      }))
  }
}

const withToken = (
  { headers, token }: AccessToken,
  forget: Effect.Effect<void>
): Authorization => ({
  headers: { ...headers, authorization: `Bearer ${Redacted.value(token)}` },
  secrets: [Redacted.value(token)],
  renew: () => Effect.as(forget, true)
})

const absent = (definition: ProviderDefinition, service: string) =>
  Effect.fail(
    new ConfigurationError({
      reason: `There is no API key for ${definition.id}, and no ${service} to do without: set ${
        definition.keyEnv.join(" or ")
      }, or provide a layer of ${service}`,
      setting: definition.keyEnv[0] ?? service
    })
  )

/**
 * Returns the function that authorizes with a cloud identity, which is taken from the context when a provider is
 * configured.
 */
const identityOf = Effect.fnUntraced(function*(
  definition: ProviderDefinition,
  identity: CloudIdentity,
  variables: Readonly<Record<string, string>>
): Effect.fn.Return<Authorizer["authorize"]> {
  const provider = definition.id
  const missing = Object.entries(definition.variables ?? {}).find(([name, variable]) =>
    variable.neededWithoutKey === true && variables[name] === undefined
  )
  if (missing !== undefined) {
    return () => Effect.fail(Address.unfilled(definition, { name: missing[0], type: "missing" }))
  }
  switch (identity.type) {
    case "google": {
      const google = Option.getOrUndefined(yield* Effect.serviceOption(GoogleIdentity))
      if (google === undefined) return () => absent(definition, "GoogleIdentity")
      return () =>
        Effect.map(
          google.token({ provider, scopes: identity.scopes }),
          (token) => withToken(token, google.forget(token))
        )
    }
    case "entra": {
      const entra = Option.getOrUndefined(yield* Effect.serviceOption(EntraIdentity))
      if (entra === undefined) return () => absent(definition, "EntraIdentity")
      return () =>
        Effect.map(
          entra.token({ provider, scope: identity.scope }),
          (token) => withToken(token, entra.forget(token))
        )
    }
    case "aws": {
      const aws = Option.getOrUndefined(yield* Effect.serviceOption(AwsIdentity))
      if (aws === undefined) return () => absent(definition, "AwsIdentity")
      const region = variables["region"] ?? "us-east-1"
      return (outgoing) => aws.sign(outgoing, { provider, service: identity.service, region })
    }
  }
})

const nameOf = ({ alias, key, source }: Credential): KeyName => ({
  name: alias ?? source,
  fingerprint: Hash.string(Redacted.value(key))
})

/**
 * Makes the authorizer of a provider. `read` returns the keys, and none where there are none: then it uses the cloud
 * identity of the definition, if there is one.
 */
export const make = Effect.fnUntraced(function*(
  definition: ProviderDefinition,
  variables: Readonly<Record<string, string>>,
  read: Effect.Effect<ReadonlyArray<Credential>, ConfigurationError>
): Effect.fn.Return<Authorizer> {
  const identity = definition.identity === undefined
    ? undefined
    : yield* identityOf(definition, definition.identity, variables)
  const none: Authorization = { headers: {}, secrets: [] }
  const sign = SignedToken.make(definition.id)
  const authorizeWith = (found: Credential, outgoing: Outgoing) =>
    withKey(definition.byKey?.[found.source]?.auth ?? outgoing.auth ?? definition.auth, found, sign)
  return {
    authorize: (outgoing) =>
      Effect.flatMap(read, ([found]) =>
        found !== undefined
          ? authorizeWith(found, outgoing)
          : identity === undefined
          ? Effect.succeed(none)
          : identity(outgoing)),
    keys: Effect.map(read, (all) =>
      all.map((found) => ({
        name: nameOf(found),
        authorize: (outgoing: Outgoing) => authorizeWith(found, outgoing)
      })))
  }
})

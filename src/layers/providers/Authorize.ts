/**
 * What authorizes the requests to a provider: its key where there is one, and who the program is to a cloud where not.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { ConfigurationError } from "../../domain/CompletionError.ts"
import type { AuthStyle, CloudIdentity, ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import type { Credential } from "../../services/Credentials.ts"
import { AwsIdentity, EntraIdentity, GoogleIdentity } from "../../services/Identities.ts"
import type { Authorization, Authorizer } from "../../services/Provider.ts"
import * as Address from "./Address.ts"

const withKey = (style: AuthStyle, key: Redacted.Redacted): Authorization => {
  const value = Redacted.value(key)
  switch (style.type) {
    case "bearer":
    case "signed-token":
      return { headers: { authorization: `Bearer ${value}` }, secrets: [value] }
    case "header":
      return { headers: { [style.name.toLowerCase()]: value }, secrets: [value] }
    case "query":
      return { headers: {}, query: { [style.name]: value }, secrets: [value] }
  }
}

const bearer = (token: Redacted.Redacted): Authorization => withKey({ type: "bearer" }, token)

const absent = (definition: ProviderDefinition, service: string) =>
  Effect.fail(
    new ConfigurationError({
      reason: `There is no API key for ${definition.id}, and no ${service} to do without: set ${
        definition.keyEnv.join(" or ")
      }, or provide a layer of ${service}`,
      setting: definition.keyEnv[0] ?? service
    })
  )

/** The authorizer of a cloud's own identities. They are looked up when a provider is configured. */
const identityOf = Effect.fnUntraced(function*(
  definition: ProviderDefinition,
  identity: CloudIdentity,
  variables: Readonly<Record<string, string>>
): Effect.fn.Return<Authorizer> {
  const provider = definition.id
  const needed = Object.entries(definition.variables ?? {}).find(([name, variable]) =>
    variable.neededWithoutKey === true && variables[name] === undefined
  )
  if (needed !== undefined) return { authorize: () => Effect.fail(Address.missing(definition, needed[0])) }
  switch (identity.type) {
    case "google": {
      const google = Option.getOrUndefined(yield* Effect.serviceOption(GoogleIdentity))
      return google === undefined
        ? { authorize: () => absent(definition, "GoogleIdentity") }
        : {
          authorize: () => Effect.map(google.token({ provider, scopes: identity.scopes }), bearer),
          renew: google.forget
        }
    }
    case "entra": {
      const entra = Option.getOrUndefined(yield* Effect.serviceOption(EntraIdentity))
      return entra === undefined
        ? { authorize: () => absent(definition, "EntraIdentity") }
        : {
          authorize: () => Effect.map(entra.token({ provider, scope: identity.scope }), bearer),
          renew: entra.forget
        }
    }
    case "aws": {
      const aws = Option.getOrUndefined(yield* Effect.serviceOption(AwsIdentity))
      const region = variables["region"] ?? "us-east-1"
      return aws === undefined
        ? { authorize: () => absent(definition, "AwsIdentity") }
        : {
          authorize: (outgoing) => aws.sign(outgoing, { provider, service: identity.service, region }),
          renew: aws.forget
        }
    }
  }
})

/**
 * Makes the authorizer of a provider. `credential` is asked before each attempt; where it has none, the definition's
 * identity is, if there is one.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(
  definition: ProviderDefinition,
  variables: Readonly<Record<string, string>>,
  credential: Effect.Effect<Credential | undefined, ConfigurationError>
): Effect.fn.Return<Authorizer> {
  const identity = definition.identity === undefined
    ? undefined
    : yield* identityOf(definition, definition.identity, variables)
  const none: Authorization = { headers: {}, secrets: [] }
  const authorize: Authorizer["authorize"] = (outgoing) =>
    Effect.flatMap(credential, (found) =>
      found !== undefined
        ? Effect.succeed(
          withKey(definition.byKey?.[found.source]?.auth ?? outgoing.auth ?? definition.auth, found.key)
        )
        : identity === undefined
        ? Effect.succeed(none)
        : identity.authorize(outgoing))
  return { authorize, ...(identity?.renew === undefined ? {} : { renew: identity.renew }) }
})

/**
 * Reports that the service of a provider has ended.
 */
import { ConfigurationError } from "../../domain/CompletionError.ts"
import type { ProviderDefinition } from "../../domain/ProviderDefinition.ts"

const hostOf = (url: string | undefined): string | undefined =>
  url !== undefined && URL.canParse(url) ? new URL(url).host : undefined

/**
 * Creates the error of a provider whose service has ended. Returns `undefined` for one that has not, and where a base
 * URL at another host is given.
 */
export const problem = (
  { baseUrl, baseUrlEnv, ended, name }: ProviderDefinition,
  given?: string
): ConfigurationError | undefined =>
  ended === undefined || (given !== undefined && hostOf(given) !== hostOf(baseUrl)) ?
    undefined :
    new ConfigurationError({
      reason: `${name} ended on ${ended.date}: ${ended.replacement}. A compatible server is called with baseUrl${
        baseUrlEnv[0] === undefined ? "" : ` or ${baseUrlEnv[0]}`
      }`,
      setting: "provider"
    })
